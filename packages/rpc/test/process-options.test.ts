import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { ndjson, Peer, type SpawnOptions, spawnProcess, spawnTransport } from "../src/index.js";

const node = (script: string, options: Partial<SpawnOptions> = {}): SpawnOptions => ({
  command: process.execPath,
  args: ["-e", script],
  ...options,
});

/** Some are told at once, some by an event. */
const failure = async (options: SpawnOptions): Promise<unknown> => {
  try {
    await using child = spawnProcess(options);
    return await child.waitForLine(/never/);
  } catch (error) {
    return error;
  }
};

describe("a program that cannot be started", () => {
  it.each([
    [{ command: "no-such-program" }, "Cannot start no-such-program: no such program (ENOENT)"],
    [
      { command: process.execPath, cwd: "/no/such/folder" },
      `Cannot start ${process.execPath}: no working directory /no/such/folder (ENOENT)`,
    ],
    [
      { command: process.execPath, cwd: process.execPath },
      `Cannot start ${process.execPath}: no working directory ${process.execPath} (ENOTDIR)`,
    ],
    [
      { command: "no-such-program", cwd: tmpdir() },
      "Cannot start no-such-program: no such program (ENOENT)",
    ],
    [{ command: tmpdir() }, `Cannot start ${tmpdir()}: EACCES`],
  ])("says why: %j", async (options, message) => {
    expect(await failure(options)).toMatchObject({ code: "SPAWN_FAILED", message });
  });
});

describe("stderr", () => {
  const script = "process.stderr.write('a warning\\n', () => process.exit(3))";

  it("is handed on as it comes, and its end is kept", async () => {
    const chunks: string[] = [];
    const child = spawnProcess(node(script, { stderr: (chunk) => chunks.push(String(chunk)) }));
    await child.waitForLine(/never/).catch(() => {});
    expect([chunks.join(""), child.stderrTail()]).toEqual(["a warning\n", "a warning\n"]);
  });

  it("is that of this process, and none of it is kept", () => {
    const source = new URL("../src/index.ts", import.meta.url).href;
    const app = `import { spawnProcess } from ${JSON.stringify(source)};
      const child = spawnProcess(${JSON.stringify(node(script, { stderr: "inherit" }))});
      await child.exited; await child.close(); console.log(JSON.stringify(child.stderrTail()));`;
    const tsx = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", app];
    const { stdout, stderr } = spawnSync(process.execPath, tsx, { encoding: "utf8" });
    expect([stdout, stderr]).toEqual(['""\n', "a warning\n"]);
  });
});

describe.skipIf(process.platform === "win32")("output that comes after the exit", () => {
  /** Leaves a descendant with a session of its own, which writes so often, and exits. */
  const leaves = (count: number, everyMs: number) =>
    node(
      `const loop = "n=0; while [ $n -lt ${count} ]; do sleep ${everyMs / 1_000}; n=$((n + 1)); " +
        "echo '{\\"method\\":\\"n\\",\\"params\\":{\\"n\\":'$n'}}'; done";
      require("child_process").spawn("/bin/sh", ["-c", loop],
        { detached: true, stdio: ["ignore", "inherit", "ignore"] }).unref();`,
      { drainTimeoutMs: 400 },
    );

  const seenOf = async (options: SpawnOptions) => {
    const peer = new Peer(spawnTransport(options), { framing: ndjson });
    const seen: unknown[] = [];
    peer.onNotification("n", (params) => seen.push((params as { n: number }).n));
    const started = performance.now();
    await peer.closed;
    return { seen, ms: performance.now() - started };
  };

  it("is read to its end while it flows", async () => {
    expect((await seenOf(leaves(8, 150))).seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("is not awaited for ever", async () => {
    const { seen, ms } = await seenOf(leaves(80, 100));
    expect(seen.length).toBeGreaterThan(20);
    expect(ms).toBeLessThan(7_000);
  });
});

it.skipIf(process.platform === "win32")(
  "ends many programs at once without holding up the loop",
  async () => {
    const tree = `sleep 60 & echo up; read line`;
    const start = () => spawnProcess({ command: "/bin/sh", args: ["-c", tree] });
    const children = Array.from({ length: 128 }, start);
    await Promise.all(children.map((child) => child.waitForLine(/up/)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Time of the processor: what other programs take away is none of ours.
    let longest = 0;
    let last = process.cpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1_000);
      last = process.cpuUsage();
    }, 1);
    await Promise.all(children.map((child) => child.close()));
    clearInterval(timer);
    // Seen are 3 to 17 ms, and 9 to 25 where 128 children end in one turn without any of our code.
    expect(longest).toBeLessThan(100);
  },
);
