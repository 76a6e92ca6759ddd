import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { joinSession } from "@stubwright/copilot/extension";
import { Peer, streamTransport } from "@stubwright/rpc";
import {
  createFakeServer,
  createIsolatedEnvironment,
  type FakeServerOptions,
  type FakeSession,
} from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { makeProject, printedExtension } from "../compat/extensions/project.js";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const SESSION = "the-session";

interface Extension extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it wrote to stderr. */
  readonly stderr: () => string;
  /** The session, once it has joined. */
  readonly joined: Promise<FakeSession>;
  /** What it sent to join. */
  readonly params: () => Record<string, unknown>;
}

/** Starts a program as an extension of a fake server. */
async function startExtension(code: string, options: FakeServerOptions = {}): Promise<Extension> {
  const environment = await createIsolatedEnvironment();
  const file = await makeProject(environment.folder, "tested", code);
  const server = createFakeServer({ version: "1.0.85", ...options });
  // Another client has made the session.
  await using owner = new Peer(server.connect());
  await owner.request("session.create", { sessionId: SESSION });
  await owner.request("session.detach", { sessionId: SESSION });
  const child = spawn(
    process.execPath,
    ["--conditions=@stubwright/source", "--import", tsx, file],
    { env: { ...environment.env, SESSION_ID: SESSION }, timeout: 60_000 },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exited = once(child, "exit");
  server.accept(streamTransport(child.stdout, child.stdin));
  const sent = () => server.calls.find(({ method }) => method === "session.resume");
  const joined = expect
    .poll(() => stderr, { timeout: 25_000, message: "it joins" })
    .toContain("Joined")
    .then(() => server.sessions.get(SESSION)!);
  joined.catch(() => {});
  return {
    child,
    stderr: () => stderr,
    joined,
    params: () => sent()?.params as Record<string, unknown>,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
      await server.close();
      await environment.remove();
    },
  };
}

const asks = { extensionId: "project:tested", canvasId: "notes", instanceId: "n1" };

describe("P7 an extension", { timeout: 60_000 }, () => {
  test("P7 the one in the guide joins with a tool, a hook, a canvas and a factory", async () => {
    await using extension = await startExtension(await printedExtension(), {
      sessionHandlers: {
        factory: {
          log: () => ({}),
          agent: ({ prompt }) => ({ result: `read: ${prompt}` }),
          journal: { get: () => ({ hit: true, resultJson: "yesterday" }), put: () => ({}) },
        },
      },
    });
    const session = await extension.joined;
    expect(extension.params()).toMatchObject({
      sessionId: SESSION,
      disableResume: true,
      hooks: true,
      requestPermission: false,
      tools: [{ name: "add_note" }],
      canvases: [{ id: "notes", actions: [{ name: "count" }] }],
      factories: [{ name: "digest", phases: [{ title: "Read" }, { title: "Write" }] }],
    });
    // It was printed, and the connection is whole.
    expect(extension.stderr()).toBe(`Joined ${SESSION}.\n`);
    const { client } = session;
    expect(await session.callTool("add_note", { text: "milk" })).toBe("Note 1 is on the board.");
    const { url } = await client.canvas.open({ ...asks, input: {} });
    expect(await (await fetch(url!)).text()).toBe("milk");
    const run = { runId: "r1", executionToken: "t1", name: "digest" };
    const { result } = await client.factory.execute({ ...run, args: { notes: ["a"] } });
    expect(result).toEqual({
      began: "yesterday",
      readings: ["read: What does this note ask for? a"],
    });
  });

  test("P7 what it prints goes to stderr, also before it joins", async () => {
    await using extension = await startExtension(`
      import { joinSession } from "@stubwright/copilot/extension";
      console.log("before");
      process.stdout.write("raw\\n");
      const session = await joinSession();
      console.log("Joined", session.sessionId);
    `);
    await extension.joined;
    expect(extension.stderr()).toBe(`before\nraw\nJoined ${SESSION}\n`);
  });

  test("P7 variables that the user granted are in its environment; a refusal rejects", async () => {
    const code = `
      import { joinSession } from "@stubwright/copilot/extension";
      await joinSession({ requestedEnvironmentVariables: ["GITHUB_TOKEN"] })
        .catch((error) => console.log("refused:", error.message));
      console.log("Joined with", process.env.GITHUB_TOKEN);
    `;
    const granted = { GITHUB_TOKEN: "granted-to-it" };
    await using extension = await startExtension(code, {
      handlers: {
        session: {
          resume: ({ sessionId }) => ({ sessionId, grantedEnvironmentVariables: granted }),
        },
      },
    });
    await extension.joined;
    expect(extension.params()).toMatchObject({ requestedEnvironmentVariables: ["GITHUB_TOKEN"] });
    expect(extension.stderr()).toBe("Joined with granted-to-it\n");
    await using refused = await startExtension(code, {
      handlers: {
        session: {
          resume: () => {
            throw new Error("The user said no.");
          },
        },
      },
    });
    await refused.joined;
    expect(refused.stderr()).toContain("refused:");
    expect(refused.stderr()).toContain("Joined with undefined");
  });

  test("P7 a second joinSession gives other settings and the same session", async () => {
    await using extension = await startExtension(`
      import { joinSession } from "@stubwright/copilot/extension";
      const tool = (name) => ({ name, handler: () => name });
      const first = await joinSession({ tools: [tool("one")] });
      const second = await joinSession({ tools: [tool("two")] });
      console.log("Joined", first === second);
    `);
    const session = await extension.joined;
    expect(extension.stderr()).toBe("Joined true\n");
    expect(await session.callTool("two", {})).toBe("two");
  });

  test("P7 it ends when its CLI is gone", async () => {
    await using extension = await startExtension(`
      import { joinSession } from "@stubwright/copilot/extension";
      const session = await joinSession();
      session.closed.addEventListener("abort", () => console.log("closed"));
      console.log("Joined");
    `);
    await extension.joined;
    const exited = once(extension.child, "exit");
    extension.child.stdin!.end();
    expect((await exited)[0]).toBe(0);
    expect(extension.stderr()).toBe("Joined\nclosed\n");
  });

  test("P7 joinSession rejects where no CLI is, and for what is not for extensions", async () => {
    await expect(joinSession()).rejects.toMatchObject({
      code: "NOT_CONNECTED",
      message: expect.stringContaining("SESSION_ID is not set"),
    });
    process.env.SESSION_ID = SESSION;
    try {
      const wrong = { extensionSdkPath: "x" } as object;
      await expect(joinSession(wrong)).rejects.toThrow("extensionSdkPath is for createSession");
      await expect(joinSession({ factories: [{}] } as never)).rejects.toThrow(
        "factories must be what defineFactory makes, as item 0",
      );
    } finally {
      delete process.env.SESSION_ID;
    }
  });
});
