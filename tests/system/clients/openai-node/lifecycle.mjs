// The life of video jobs through the official `openai` package, which is used as it comes.
//
//   OPENAI_BASE_URL=... OPENAI_API_KEY=... node lifecycle.mjs IMAGE CLIP
//
// The package reads both variables itself. Prints the name of each step that held, and stops with
// an error at the first that did not. The key must be new: paging expects no other jobs.

import assert from "node:assert/strict";
import * as buffer from "node:buffer";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import OpenAI, { NotFoundError, toFile } from "openai";

// Node.js 18 has File, though not where the package looks for it.
globalThis.File ??= buffer.File;

const [image, clip] = process.argv.slice(2);
const { videos, webhooks } = new OpenAI();
const order = { model: "sora-2", prompt: "A calico cat playing a piano" };
const ids = [];

async function step(name, act) {
  await act();
  console.log(name);
}

async function create(extra = {}) {
  const video = await videos.create({ ...order, ...extra });
  assert.equal(video.status, "queued");
  ids.push(video.id);
  return video;
}

// The package has no poll helper: this is the loop that its users write.
async function finished(id) {
  for (;;) {
    const { data, response } = await videos.retrieve(id).withResponse();
    if (!["queued", "in_progress"].includes(data.status)) return data;
    const milliseconds = Number(response.headers.get("openai-poll-after-ms"));
    assert(milliseconds > 0);
    await pause(milliseconds);
  }
}

// What the package takes for a file.
async function* inEveryForm(path, type) {
  const content = await readFile(path);
  yield createReadStream(path);
  yield await toFile(content, path, { type });
  yield await toFile(createReadStream(path), path);
  yield new File([content], path, { type });
  yield new Response(content, { headers: { "Content-Type": type } });
}

let video;

await step("create", async () => {
  video = await create({ seconds: "8", size: "1280x720" });
  assert.deepEqual([video.seconds, video.size], ["8", "1280x720"]);
});

await step("create with a file in every form", async () => {
  for await (const file of inEveryForm(image, "image/webp")) await create({ input_reference: file });
});

await step("create with an address or the id of a file", async () => {
  await create({ input_reference: { image_url: "https://example.com/cat.png" } });
  await create({ input_reference: { file_id: "file-1" } });
});

await step("create in every size and length", async () => {
  for (const size of ["720x1280", "1280x720", "1024x1792", "1792x1024"]) {
    assert.equal((await create({ size })).size, size);
  }
  for (const seconds of ["4", "8", "12"]) assert.equal((await create({ seconds })).seconds, seconds);
  assert.equal((await create({ model: "sora-2-pro" })).model, "sora-2-pro");
});

await step("retrieve until completed", async () => {
  video = await finished(video.id);
  assert.deepEqual([video.status, video.progress], ["completed", 100]);
});

await step("downloadContent", async () => {
  for (const [variant, type] of [
    ["video", "video/mp4"], ["thumbnail", "image/webp"], ["spritesheet", "image/jpeg"],
  ]) {
    const response = await videos.downloadContent(video.id, { variant });
    assert.equal(response.headers.get("content-type"), type);
    const { byteLength } = await response.arrayBuffer();
    assert.equal(byteLength, Number(response.headers.get("content-length")));
  }
});

await step("remix", async () => {
  const remix = await videos.remix(video.id, { prompt: "At night" });
  assert.equal(remix.remixed_from_video_id, video.id);
  ids.push(remix.id);
});

await step("edit", async () => {
  const edit = await videos.edit({ prompt: "In snow", video: { id: video.id } });
  assert.equal(edit.remixed_from_video_id, video.id);
  ids.push(edit.id);
});

// The package has no argument for a model in an edit or an extension.
await step("edit and extend an upload in every form", async () => {
  for await (const file of inEveryForm(clip, "video/mp4")) {
    const edit = await videos.edit({ prompt: "In snow", video: file });
    assert.equal(edit.model, "sora-2");
    ids.push(edit.id);
  }
  for await (const file of inEveryForm(clip, "video/mp4")) {
    const longer = await videos.extend({ prompt: "On", seconds: "8", video: file });
    assert.deepEqual([longer.model, longer.seconds], ["sora-2", "8"]);
    ids.push(longer.id);
  }
});

await step("extend", async () => {
  const longer = await videos.extend({ prompt: "On", seconds: "4", video: { id: video.id } });
  assert.equal(longer.seconds, "12");
  ids.push(longer.id);
});

await step("createCharacter, getCharacter", async () => {
  for await (const file of inEveryForm(clip, "video/mp4")) {
    const made = await videos.createCharacter({ name: "Tom", video: file });
    assert.deepEqual(await videos.getCharacter(made.id), made);
  }
});

await step("list", async () => {
  while (ids.length < 45) await create();
  const listed = [];
  for await (const { id } of videos.list({ limit: 10, order: "asc" })) listed.push(id);
  assert.deepEqual(listed, ids);
  const newest = await videos.list({ limit: 2, after: ids.at(-1), order: "desc" });
  assert.deepEqual(newest.data.map(({ id }) => id), [ids.at(-2), ids.at(-3)]);
});

await step("every method of the package", () => {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(videos));
  const driven = [
    "constructor", "create", "retrieve", "list", "delete", "createCharacter", "downloadContent",
    "edit", "extend", "getCharacter", "remix",
  ];
  assert.deepEqual(methods.sort(), driven.sort());
});

await step("webhooks", async () => {
  const received = [];
  const receiver = createServer((request, answer) => {
    const body = [];
    request.on("data", (part) => body.push(part));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(body).toString() });
      answer.writeHead(204).end();
    });
  });
  await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
  try {
    const url = `http://127.0.0.1:${receiver.address().port}/webhooks`;
    const [, failed] = (await webhooks.eventTypes.list()).data;
    // The jobs of the steps before may end at any time, but none of them fails.
    const { id } = await webhooks.create({ name: "Films", url, event_types: [failed] });
    const { signing_secret } = await webhooks.rotateSecret(id);
    const result = await webhooks.test(id, { event_type: failed });
    assert.deepEqual([result.status_code, received.length], [204, 1]);
    const event = await webhooks.unwrap(received[0].body, received[0].headers, signing_secret);
    assert.equal(event.type, "video.failed");
    await webhooks.update(id, { name: "All films" });
    const names = [];
    for await (const { name } of webhooks.list({ limit: 1 })) names.push(name);
    assert.deepEqual(names, ["All films"]);
    assert.equal((await webhooks.delete(id)).deleted, true);
    await assert.rejects(webhooks.retrieve(id), NotFoundError);
  } finally {
    receiver.close();
  }
});

await step("delete", async () => {
  assert.equal((await videos.delete(video.id)).deleted, true);
  await assert.rejects(videos.retrieve(video.id), (error) => {
    assert(error instanceof NotFoundError);
    assert.deepEqual([error.code, error.param], ["video_not_found", "id"]);
    assert.match(error.requestID, /^req_/);
    return true;
  });
});
