// json-schema-to-typescript alone: the types of all definitions of the schemas named, nothing else.
import { readFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const DEFINITION = /^#\/definitions\/[^/]+$/;

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8").replaceAll("#/$defs/", "#/definitions/");
  // References that leave the document, or point into a definition, are more than it can follow.
  const { definitions = {}, $defs = {} } = JSON.parse(text, (_, value) =>
    typeof value?.$ref === "string" && !DEFINITION.test(value.$ref) ? {} : value,
  );
  const schema = { title: "All", definitions: { ...definitions, ...$defs }, properties: {} };
  const options = { format: false, unreachableDefinitions: true };
  const types = await compile(schema, "All", options);
  if (!types.includes("export ")) throw new Error(`No types for ${file}`);
}
