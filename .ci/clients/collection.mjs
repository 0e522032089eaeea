// Makes a Postman collection of a contract and runs it: every request has to be answered 2xx.
import { readFileSync } from "node:fs";
import converter from "openapi-to-postmanv2";
import newman from "newman";

const { CONTRACT, GATEWAY_KEY, CLIP } = process.env;
const data = readFileSync(CONTRACT, "utf8");
const options = { parametersResolution: "Example", folderStrategy: "Paths" };
const made = await new Promise((resolve, reject) => {
  converter.convertV2({ type: "string", data }, options, (error, result) =>
    error ? reject(error) : resolve(result),
  );
});
if (!made.result) throw new Error(`openapi-to-postmanv2: ${made.reason}`);
const collection = made.output[0].data;

// A person picks the files in Postman; nothing else is changed.
const files = (items) => {
  for (const item of items) {
    if (item.item) files(item.item);
    for (const field of item.request?.body?.formdata ?? []) if (field.type === "file") field.src = CLIP;
  }
};
files(collection.item);

newman.run({ collection, envVar: [{ key: "bearerToken", value: GATEWAY_KEY }] }, (error, summary) => {
  if (error) throw error;
  const runs = summary.run.executions.map(({ item, response, requestError }) => ({
    name: item.name,
    code: response?.code,
    said: String(requestError ?? response?.stream ?? ""),
  }));
  const bad = runs.filter(({ code }) => !(code >= 200 && code < 300));
  for (const { name, code, said } of bad) console.error(`newman: ${name}: ${code} ${said}`);
  console.log(`newman: ${runs.length - bad.length} of ${runs.length} requests were answered 2xx`);
  process.exitCode = bad.length || !runs.length ? 1 : 0;
});
