import { setTimeout as delay } from "node:timers/promises";
import vm from "node:vm";
import { CopilotClient, defineTool } from "@stubwright/copilot";
import { createFakeServer } from "@stubwright/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

const warnings: Error[] = [];
const note = (warning: Error) => void warnings.push(warning);
beforeEach(() => {
  warnings.length = 0;
  process.on("warning", note);
});
afterEach(() => {
  process.off("warning", note);
});

describe("R8 what handlers of the app do wrong", () => {
  test.each<[string, () => unknown]>([
    ["a promise of another realm", vm.runInNewContext("async () => { throw new Error('no') }")],
    [
      "a thenable",
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what is tried here.
        then: (_: unknown, reject: (error: Error) => void) => reject(new Error("no")),
      }),
    ],
    [
      "a thenable that is a function",
      () =>
        Object.assign(() => {}, {
          // biome-ignore lint/suspicious/noThenProperty: what is tried here.
          then: (_: unknown, reject: (error: Error) => void) => reject(new Error("no")),
        }),
    ],
  ])("%s that is rejected is reported", async (_, listener) => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession();
    session.on("assistant.message", listener as () => void);
    await session.sendAndWait("x");
    await expect.poll(() => setup.errors).toMatchObject([{ error: { message: "no" } }]);
    expect(warnings).toEqual([]);
  });

  test("is one warning for each handler when nobody listens, without secrets", async () => {
    await using server = createFakeServer({ version: "1.0.85" });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const tool = defineTool("t", {
      handler: () => {
        throw new Error("refused: --token s3cr3t");
      },
    });
    const session = await client.createSession({ tools: [tool] });
    session.on(() => {
      throw new Error("listener");
    });
    await session.sendAndWait("x");
    for (let i = 0; i < 3; i++) await server.sessions.get(session.sessionId)?.callTool("t");
    await delay(20);
    expect(warnings.map(({ message }) => message).sort()).toEqual([
      expect.stringMatching(/^The event handler of the app failed.*Error: listener$/),
      expect.stringMatching(/^The tool t of the app failed.*refused: --token \*\*\*$/),
    ]);
    expect(warnings).toMatchObject([{ name: "CopilotWarning" }, { name: "CopilotWarning" }]);
    await client.forceStop();
  });
});

describe("N4 one signal, or one session, in many calls", () => {
  test("warns of nothing", async () => {
    await using setup = await setUpFake({
      onMessage: async ({ session }) => {
        await delay(50);
        session.say("x");
        session.idle();
      },
    });
    const { signal } = new AbortController();
    const many = <T>(work: (index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: 15 }, (_, index) => work(index)));
    const sessions = await many(() => setup.client.createSession({}, { signal }));
    const session = sessions[0]!;
    await many(() => setup.client.resumeSession(session.sessionId, {}, { signal }));
    await many(() => setup.client.start({ signal }));
    await many(() => setup.client.listModels({ signal }));
    await many((index) => sessions[index]!.sendAndWait("x", { signal }));
    await many(() => session.sendAndWait("x"));
    const streams = Array.from({ length: 15 }, () => session.events({ signal }));
    const taken = streams.map((stream) => stream.next());
    await session.sendAndWait("x", { signal });
    await Promise.all(taken);
    for (const stream of streams) await stream.return?.();
    await delay(20);
    expect(warnings).toEqual([]);
  });
});
