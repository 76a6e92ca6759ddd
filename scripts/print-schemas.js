// Writes .cache/schemas/NAME.json for each protocol that is named: the schemas that are in no package
// and that a command prints, schema/NAME/print-schema.js.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const folder = new URL(".cache/schemas/", root);

mkdirSync(folder, { recursive: true });
for (const name of process.argv.slice(2)) {
  const script = fileURLToPath(new URL(`schema/${name}/print-schema.js`, root));
  const text = execFileSync(process.execPath, [script], {
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Builds that run at the same time never read half a file.
  const file = new URL(`${name}.json`, folder);
  const draft = new URL(`${name}-${process.pid}.json`, folder);
  writeFileSync(draft, text);
  renameSync(draft, file);
}
