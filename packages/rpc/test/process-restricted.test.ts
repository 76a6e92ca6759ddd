import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { alive, fixture } from "./processes.js";

const folder = mkdtempSync(join(tmpdir(), "stubwright-restricted-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The library in one file, which needs no permission but to be read. */
beforeAll(() => {
  buildSync({
    entryPoints: [fixture("../../src/index.ts")],
    outfile: join(folder, "rpc.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
});

const linux = it.skipIf(process.platform !== "linux");

linux("goes on when it may not look for what a program left behind", () => {
  const major = Number(process.versions.node.split(".")[0]);
  const permission = major < 22 ? "--experimental-permission" : "--permission";
  // The child ignores SIGTERM, so that it is looked for, and killed in the end.
  const left = `(trap "" TERM; exec sleep 20) & echo "ready $!"; read line`;
  const app = `import { spawnProcess } from ${JSON.stringify(join(folder, "rpc.mjs"))};
    const options = { command: "sh", args: ["-c", ${JSON.stringify(left)}], killTimeoutMs: 300 };
    const child = spawnProcess(options);
    const [, pid] = await child.waitForLine(/ready (.*)/);
    await child.close();
    console.log("lives, without", pid);`;
  const flags = [
    permission,
    "--allow-child-process",
    `--allow-fs-read=${folder}/*`,
    "--no-warnings",
  ];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "--input-type=module", "-e", app],
    { encoding: "utf8", timeout: 10_000 },
  );
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^lives, without \d+\n$/), ""]);
  expect(alive(Number(/\d+/.exec(stdout)?.[0]))).toBe(false);
});

const unshare = ["--pid", "--fork", "--mount-proc", "--kill-child"];
const canUnshare =
  process.platform === "linux" && spawnSync("unshare", [...unshare, "true"]).status === 0;

it.skipIf(!canUnshare).each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
  "ends as the first process of a container: %s",
  async (signal) => {
    const file = join(folder, signal);
    const program = { command: process.execPath, args: [fixture("saver.js"), file] };
    const tsx = ["--import", import.meta.resolve("tsx")];
    const app = [...tsx, fixture("pid-1.ts"), JSON.stringify(program)];
    const container = spawn("unshare", [...unshare, process.execPath, ...app]);
    const [line] = (await once(container.stdout, "data")) as [Buffer];
    expect(line.toString()).toBe("up as 1\n");
    const children = `/proc/${container.pid}/task/${container.pid}/children`;
    process.kill(Number(readFileSync(children, "latin1")), signal);
    const late = setTimeout(() => container.kill("SIGKILL"), 5_000);
    const [exitCode] = (await once(container, "exit")) as [number | null];
    clearTimeout(late);
    expect(exitCode).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
    // With the first process, the system kills all others: it waits for those that it ended.
    expect(readFileSync(file, "utf8")).toBe("began: SIGTERM\nsaved\n");
  },
);
