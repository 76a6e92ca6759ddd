// Bundles a package's entries into its dist: few files, because the count of files is most of what
// an import costs. Dependencies stay outside, but for those named with --inline; tsc has written the
// declarations.
//
//   node bundle.js src/index.ts src/other.ts --inline=small-cjs-package
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inline: { type: "string", multiple: true, default: [] } },
});
/** @type {{ dependencies?: Record<string, string> }} */
const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));

await build({
  entryPoints: positionals,
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: Object.keys(dependencies).filter((name) => !values.inline.includes(name)),
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
});
