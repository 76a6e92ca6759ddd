// Bundles a package's entries into its dist: few files, because the count of files is most of what
// an import costs. Dependencies stay outside; what is named with --inline becomes part of the bundle,
// with its licence in dist/THIRD-PARTY.txt. tsc has written the declarations. There are no source
// maps: what is written is readable, and stack traces lead to files that are there.
//
//   node bundle.js src/index.ts src/other.ts --inline=small-cjs-package
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inline: { type: "string", multiple: true, default: [] } },
});
const read = (/** @type {string} */ file) => readFileSync(file, "utf8");
/** @type {{ dependencies?: Record<string, string>, peerDependencies?: Record<string, string>, sideEffects?: boolean }} */
const { dependencies, peerDependencies, sideEffects } = JSON.parse(read("package.json"));

const { metafile } = await build({
  entryPoints: positionals,
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
});

// An import for its side effects, of a package that has none, makes an app's bundler warn.
for (const file of sideEffects === false ? Object.keys(metafile.outputs) : []) {
  writeFileSync(file, read(file).replace(/^import "[./]+chunk-\w+\.js";\n/gm, ""));
}

// The name of an error's class is in every trace. esbuild renames a class that refers to itself.
for (const file of Object.keys(metafile.outputs)) {
  const [renamed] = /class _\w+Error\b/.exec(read(file)) ?? [];
  if (renamed)
    throw new Error(`${file}: ${renamed} has lost its name; it must not refer to itself.`);
}

const notices = values.inline.map((name) => {
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`));
  return `${name} ${version}\n\n${read(`node_modules/${name}/LICENSE`)}`;
});
if (notices.length > 0) writeFileSync("dist/THIRD-PARTY.txt", notices.join("\n\n"));
