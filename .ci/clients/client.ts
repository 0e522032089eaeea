// Creates a video with an image, polls it and downloads it, with generated types alone.
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { components, paths } from "./gateway.js";

const { GATEWAY_URL: baseUrl, GATEWAY_KEY: key, IMAGE: image } = process.env;
if (!baseUrl || !key || !image) throw new Error("GATEWAY_URL, GATEWAY_KEY and IMAGE are needed");

const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

type Form = components["schemas"]["CreateVideoForm"];
const form: Form = {
  model: "sora-2",
  prompt: "A paper boat on a river",
  seconds: "4",
  size: "1280x720",
  input_reference: new Blob([readFileSync(image)], { type: "image/png" }),
};
const created = await client.POST("/v1/videos", {
  body: form,
  bodySerializer(body: Form) {
    const data = new FormData();
    for (const [name, value] of Object.entries(body)) {
      if (value instanceof Blob) data.append(name, value, "first.png");
      else if (value !== undefined) data.append(name, value);
    }
    return data;
  },
});
if (!created.data) throw new Error(`create: ${JSON.stringify(created.error)}`);

const params = { path: { video_id: created.data.id } };
let video: components["schemas"]["Video"] = created.data;
for (let polls = 0; video.status !== "completed"; polls += 1) {
  if (polls === 100 || video.status === "failed") throw new Error(`stuck: ${video.status}`);
  const { data, error } = await client.GET("/v1/videos/{video_id}", { params });
  if (!data) throw new Error(`poll: ${JSON.stringify(error)}`);
  video = data;
}

const content = await client.GET("/v1/videos/{video_id}/content", { params, parseAs: "blob" });
if (!content.data) throw new Error(`download: ${JSON.stringify(content.error)}`);
const bytes: Blob = content.data;
if (!(await bytes.slice(0, 12).text()).includes("ftyp")) throw new Error("not an MP4 file");
console.log(`openapi-fetch: ${video.id} has ${bytes.size} bytes`);
