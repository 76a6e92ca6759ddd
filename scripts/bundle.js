// Bundles a package's entries into its dist: few files, because the count of files is most of what
// an import costs. Dependencies stay outside; tsc has written the declarations.
//
//   node bundle.js src/index.ts src/other.ts
import { build } from "esbuild";

await build({
  entryPoints: process.argv.slice(2),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
});
