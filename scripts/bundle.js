// Bundles a package's entries into its dist: few files, because the count of files is most of what
// an import costs. What several entries share is one file. Dependencies stay outside; what is named
// with --inline becomes part of the bundle, with its licence in dist/THIRD-PARTY.txt. tsc has written
// the declarations. There are no source maps: what is written is readable, and stack traces lead to
// files that are there.
//
//   node bundle.js src/index.ts src/other.ts --inline=small-cjs-package
//   node bundle.js src/index.ts --apart=src/checks    a folder, or a file with what it needs, as a file:
//                                                     who uses nothing of it goes without
import { readFileSync, writeFileSync } from "node:fs";
import { join, parse, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inline: { type: "string", multiple: true, default: [] },
    apart: { type: "string", multiple: true, default: [] },
  },
});
const read = (/** @type {string} */ file) => readFileSync(file, "utf8");
/** @type {{ dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} */
const { dependencies, peerDependencies } = JSON.parse(read("package.json"));
const outside = Object.keys({ ...dependencies, ...peerDependencies });

const entries = positionals.map((file) => resolve(file));
const bundle = await rolldown({
  input: Object.fromEntries(
    positionals.map((file) => [file.replace(/^[^/]+\//, "").replace(/\.ts$/, ""), resolve(file)]),
  ),
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  external: (id) => outside.some((name) => id === name || id.startsWith(`${name}/`)),
  transform: { target: "node20.19" },
  onLog(level, { message }) {
    if (level !== "info" && level !== "debug") throw new Error(message);
  },
});

const apart = values.apart.map((path) => ({ name: parse(path).name, path: resolve(path) }));
/** @type {ReturnType<typeof findUsers> | undefined} */
let found;
const { output } = await bundle.write({
  dir: "dist",
  format: "esm",
  minifyInternalExports: false,
  comments: { legal: false, annotation: true, jsdoc: false },
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        debugName: "files",
        name(id, modules) {
          found ??= findUsers(modules);
          const [first = "", second] = found.users.get(id) ?? [];
          const part = found.parts.get(id);
          if (part) return part;
          if (first && !entries.includes(first)) return parse(first).name;
          if (!second) return null;
          return apart.find(({ path }) => id.startsWith(path + sep))?.name ?? "shared";
        },
      },
    ],
  },
});

/**
 * Finds who needs each module at once: entries, and after them modules that are loaded when needed;
 * and which modules belong to a file that is set apart.
 *
 * @param {import("rolldown").ChunkingContext} modules
 */
function findUsers(modules) {
  /** @type {Map<string, string[]>} */
  const users = new Map();
  /** @type {Map<string, string>} */
  const parts = new Map();
  /** @type {(root: string, see: (id: string) => void) => void} */
  const walk = (root, see) => {
    const seen = new Set([root]);
    for (const id of seen) {
      see(id);
      for (const next of modules.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
    }
  };
  const roots = [...entries];
  for (const root of roots) {
    walk(root, (id) => {
      users.set(id, [...(users.get(id) ?? []), root]);
      const later = modules.getModuleInfo(id)?.dynamicallyImportedIds ?? [];
      roots.push(...later.filter((each) => !roots.includes(each)));
    });
  }
  for (const { name, path } of apart) if (users.has(path)) walk(path, (id) => parts.set(id, name));
  return { users, parts };
}

// The name of an error's class is in every trace. A bundler renames a class where two have one name.
for (const chunk of output) {
  const code = chunk.type === "chunk" ? chunk.code : "";
  const [renamed] =
    /(?:class (?!extends\b)|(?:var|let|const) )\w*Error\$\w+(?= = class| extends| \{)/.exec(code) ??
    [];
  if (renamed) throw new Error(`${chunk.fileName}: ${renamed} has lost its name.`);
}

const notices = values.inline.map((name) => {
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`));
  return `${name} ${version}\n\n${read(`node_modules/${name}/LICENSE`)}`;
});
if (notices.length > 0) writeFileSync(join("dist", "THIRD-PARTY.txt"), notices.join("\n\n"));
