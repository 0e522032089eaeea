// Writes the types of the contract given by its path; bytes are Blobs, as openapi-typescript's
// documentation shows.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [contract, types] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode("Blob");
const tree = await openapiTS(JSON.parse(readFileSync(contract, "utf8")), {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
writeFileSync(types, astToString(tree));
