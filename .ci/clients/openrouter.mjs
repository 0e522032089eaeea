// Clients of OpenRouter, unmodified, against the fake's service of that name: create, poll and download.
import { readFileSync } from "node:fs";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { OpenRouter } from "@openrouter/sdk";
import { createOpenRouterVideo } from "@tanstack/ai-openrouter";

const { GATEWAY_URL, GATEWAY_KEY } = process.env;
const serverURL = `${GATEWAY_URL}/api/v1`;
const MODEL = "google/veo-3.1";
const PROMPT = "A fox in a snowy wood";
const ENDED = ["completed", "failed"];

const isFilm = (bytes) => new TextDecoder().decode(bytes.slice(4, 8)) === "ftyp";

async function until(read) {
  for (;;) {
    const job = await read();
    if (ENDED.includes(job.status)) return job;
  }
}

async function sdk() {
  const { videoGeneration } = new OpenRouter({ apiKey: GATEWAY_KEY, serverURL });
  const made = await videoGeneration.generate({
    videoGenerationRequest: { model: MODEL, prompt: PROMPT, duration: 8 },
  });
  const job = await until(() => videoGeneration.getGeneration({ jobId: made.id }));
  const film = await videoGeneration.getVideoContent({ jobId: job.id });
  return new Uint8Array(await new Response(film).arrayBuffer());
}

async function tanstack() {
  const adapter = createOpenRouterVideo(MODEL, GATEWAY_KEY, { baseURL: serverURL });
  const quiet = { request() {}, provider() {}, errors() {}, output() {}, debug() {} };
  const made = await adapter.createVideoJob({ model: MODEL, prompt: PROMPT, duration: 8, logger: quiet });
  await until(() => adapter.getVideoStatus(made.jobId));
  const { url } = await adapter.getVideoUrl(made.jobId);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

// The AI SDK itself refuses to download from a loopback address, so the provider's address is opened here.
async function vercel() {
  const provider = createOpenRouter({ apiKey: GATEWAY_KEY, baseURL: serverURL });
  const model = provider.videoModel(MODEL, { pollIntervalMs: 1 });
  const { videos } = await model.doGenerate({ prompt: PROMPT, n: 1, duration: 8, providerOptions: {} });
  const answer = await fetch(videos[0].url, { headers: { authorization: `Bearer ${GATEWAY_KEY}` } });
  return new Uint8Array(await answer.arrayBuffer());
}

for (const [name, make] of [["@openrouter/sdk", sdk], ["@tanstack/ai-openrouter", tanstack], ["@openrouter/ai-sdk-provider", vercel]]) {
  const film = await make();
  if (!isFilm(film)) throw new Error(`${name} downloaded no film, but ${film.length} bytes`);
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  console.log(`${name.padEnd(30)} ${version.padEnd(10)} create, poll, download`);
}
