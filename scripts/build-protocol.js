// Builds a protocol package: its generated files with the schemas' descriptions as comments, what is
// written by hand beside them, declarations, bundles.
//
//   node build-protocol.js acp         in the folder of the package
//   node build-protocol.js codex --as-committed    without comments: its schema is in no package
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "as-committed": { type: "boolean", default: false } },
});
const [name = ""] = positionals;
const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string[]} args */
function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const script = (/** @type {string} */ file) => join(root, "scripts", file);
const isGenerated = (/** @type {string} */ file) => file.endsWith(".gen.ts");

run(script("clean.js"));
rmSync("build", { recursive: true, force: true });
const byHand = readdirSync("src").filter((file) => values["as-committed"] || !isGenerated(file));
for (const file of byHand) cpSync(join("src", file), join("build", file));
if (!values["as-committed"]) {
  const { generateFiles, readProtocol, write } = await import("stubwright");
  const protocol = readProtocol(join(root, "schema", name, "source.json"));
  write("build", await generateFiles(protocol, { docs: true }));
}
run(join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json");
const entries = [
  "index.ts",
  "descriptor.gen.ts",
  "server.gen.ts",
  "validators.gen.ts",
  "schemas.gen.ts",
];
run(script("bundle.js"), ...entries.map((entry) => `build/${entry}`));
run(script("commonjs.js"));
