// Apps bundle what they ship, and not all of them are ES modules; the runtime has to be found all the
// same. Runs on the built packages.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createIsolatedEnvironment } from "@stubwright/testkit";
import { build, type Format } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A folder from which the client is installed, as an app's is. */
const app = fileURLToPath(new URL("../", import.meta.url));
const BODY = `
  const client = new CopilotClient({ env: JSON.parse(process.env.APP_ENV) });
  const main = async () => {
    const { message } = await client.ping("bundled");
    const errors = await client.stop();
    console.log(JSON.stringify({ message, errors: errors.length }));
  };
  main().catch((error) => { console.error(error); process.exitCode = 1; });
`;

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
let folder: string;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
  await mkdir(join(app, ".cache"), { recursive: true });
  folder = await mkdtemp(join(app, ".cache", "bundle-"));
});
afterAll(async () => {
  await environment.remove();
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], cwd: string): unknown {
  const { env } = environment;
  const child = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    env: { ...env, NODE_OPTIONS: "", APP_ENV: JSON.stringify(env) },
    timeout: 15_000,
  });
  expect(child.stderr.replace(/^.*ExperimentalWarning[\s\S]*$/m, "")).toBe("");
  return JSON.parse(child.stdout);
}

const works = { message: "pong: bundled", errors: 0 };

async function bundle(format: Format, name: string): Promise<string> {
  const outfile = join(folder, name);
  const { warnings } = await build({
    stdin: {
      contents: `import { CopilotClient } from "@stubwright/copilot";${BODY}`,
      resolveDir: app,
    },
    bundle: true,
    format,
    outfile,
    platform: "node",
    target: "node20",
    logLevel: "silent",
    logOverride: { "empty-import-meta": "silent" },
  });
  expect(warnings).toEqual([]);
  return outfile;
}

test("S6 a bundle of ES modules finds and runs the real runtime", async () => {
  expect(run([await bundle("esm", "app.mjs")], app)).toEqual(works);
});

test("S6 a CommonJS bundle finds it by its own place, from any directory", async () => {
  expect(run([await bundle("cjs", "app.cjs")], environment.folder)).toEqual(works);
});

test("S6 a CommonJS bundle elsewhere finds it by the working directory", async () => {
  const outfile = await bundle("cjs", "moved.cjs");
  const moved = join(environment.folder, "moved.cjs");
  const { copyFile } = await import("node:fs/promises");
  await copyFile(outfile, moved);
  expect(run([moved], app)).toEqual(works);
});

test("S6 a program without a path of its own finds it by the working directory", async () => {
  const load = `require(${JSON.stringify(await bundle("cjs", "loaded.cjs"))})`;
  expect(run(["-e", load], app)).toEqual(works);
  // Electron starts the app of a folder so.
  expect(run(["-e", load, "."], app)).toEqual(works);
});

test("S6 a CommonJS app requires the client", async () => {
  const file = join(folder, "requires.cjs");
  await writeFile(file, `const { CopilotClient } = require("@stubwright/copilot");${BODY}`);
  expect(run([file], app)).toEqual(works);
});
