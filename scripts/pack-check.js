// `pnpm pack:check`: packs what is published, judges the archives, installs them into an empty
// project and uses them there as apps do.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readArguments } from "./arguments.js";
import { staleDeclarations } from "./declarations.js";

readArguments(`pnpm pack:check

Builds and packs what is published, lints the archives, installs them into an empty project, and
uses them there from ES modules, CommonJS and TypeScript. Exits with 1 where that fails.`);

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);
const installed = (/** @type {string} */ name) => join(project, "node_modules", ".bin", name);
const folder = mkdtempSync(join(tmpdir(), "stubwright-pack-"));
const project = join(folder, "project");

/**
 * Runs a program, shows its output only when it fails, and ends then.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function step(title, command, args, cwd = root) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: 300_000,
  });
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${title}`);
  return status === 0 ? stdout : fail(`${stdout}${stderr}`);
}

/** @param {string} why @returns {never} */
function fail(why) {
  rmSync(folder, { recursive: true, force: true });
  console.error(why.trim());
  return process.exit(1);
}

const parents = ["packages", "generated"].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);
const packages = [...parents, join(root, "codegen")].filter((path) => {
  const manifest = join(path, "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).private !== true;
});

step("build", process.execPath, ["scripts/turbo.js", "run", "build"]);
const archives = packages.map((path) => {
  const { name } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const stale = staleDeclarations(path);
  if (stale.length > 0) {
    fail(`No source makes these in ${path}/dist: ${stale.join(", ")}. Remove dist, build again.`);
  }
  const packed = step(
    `pack ${name}`,
    "npx",
    ["-y", "pnpm", "pack", "--json", "--pack-destination", folder],
    path,
  );
  const { filename } = JSON.parse(packed.slice(packed.indexOf("{")));
  step(`publint ${name}`, bin("publint"), ["run", filename, "--strict"]);
  // Programs for the command line: their few exports are for configurations and scripts.
  const isProgram = name === "stubwright" || name === "@stubwright/inspector";
  const profile = isProgram ? "esm-only" : "strict";
  step(`attw ${name}`, bin("attw"), [filename, "--profile", profile, "--quiet"]);
  return { name, filename };
});

cpSync(join(root, "scripts", "fixtures", "pack-check"), project, { recursive: true });
const dependencies = Object.fromEntries(
  archives.map(({ name, filename }) => [name, `file:${filename}`]),
);
const tools = {
  "@types/node": "20.19.43",
  jest: "30.5.2",
  typescript: "5.9.3",
  webpack: "5.112.2",
};
// The packages ask for each other by versions that no registry has yet.
writeFileSync(
  join(project, "package.json"),
  JSON.stringify({
    name: "empty",
    private: true,
    dependencies: { ...dependencies, ...tools },
    overrides: dependencies,
  }),
);
step(
  "install into an empty project",
  "npm",
  ["install", "--no-audit", "--no-fund", "--silent"],
  project,
);
step("use from ES modules", process.execPath, ["use.mjs"], project);
step("use from CommonJS", process.execPath, ["use.cjs"], project);
step("use from Jest with its defaults", installed("jest"), [], project);
step("bundle with webpack", process.execPath, ["bundle-webpack.cjs"], project);
step("use the CommonJS bundle", process.execPath, ["bundled.cjs"], project);
step("use the ES module bundle", process.execPath, ["bundled.mjs"], project);

const compiler = [
  "--noEmit",
  "--strict",
  "--target",
  "es2022",
  "--lib",
  "es2023,esnext.disposable",
];
const resolutions = [
  ["nodenext", "nodenext"],
  ["node16", "node16"],
  ["commonjs", "node10"],
  ["esnext", "bundler"],
];
for (const [module, resolution] of resolutions) {
  const modules = ["--module", `${module}`, "--moduleResolution", `${resolution}`];
  const args = [...compiler, ...modules, "--types", "node", "use.ts"];
  step(`use from TypeScript, --moduleResolution ${resolution}`, installed("tsc"), args, project);
}
rmSync(folder, { recursive: true, force: true });
