// json-schema-to-typescript alone: the types of all definitions of the schemas named, nothing else.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { compile } from "json-schema-to-typescript";

for (const file of process.argv.slice(2)) {
  const { definitions = {}, $defs = {} } = JSON.parse(readFileSync(file, "utf8"));
  const schema = { title: "All", definitions: { ...definitions, ...$defs }, properties: {} };
  const text = await compile(
    JSON.parse(JSON.stringify(schema).replaceAll("#/$defs/", "#/definitions/")),
    "All",
    {
      format: false,
      cwd: dirname(file),
      unreachableDefinitions: true,
    },
  );
  if (!text.includes("export ")) throw new Error(`No types for ${file}`);
}
