// Writes dist/cjs beside a package's ES modules: the same files once more as CommonJS, for programs
// that cannot require ES modules (Jest with its defaults, `moduleResolution: node`). Node itself takes
// the ES modules for `require` too (condition `module-sync`), so a program never holds two copies.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

rmSync("dist/cjs", { recursive: true, force: true });
const files = readdirSync("dist", { recursive: true, encoding: "utf8" });
const from = (/** @type {string} */ suffix) => files.filter((file) => file.endsWith(suffix));

mkdirSync("dist/cjs");
// Says what the files of this folder are, whatever the package is.
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');
for (const file of from(".d.ts")) cpSync(join("dist", file), join("dist/cjs", file));
await build({
  entryPoints: from(".js").map((file) => join("dist", file)),
  outbase: "dist",
  outdir: "dist/cjs",
  format: "cjs",
  platform: "node",
  target: "node20.19",
  // Jest's modules have no `import()`.
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "ownUrl" },
  banner: { js: 'const ownUrl = require("node:url").pathToFileURL(__filename).href;' },
  legalComments: "none",
  logLevel: "warning",
});
