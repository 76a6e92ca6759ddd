// Where a crash cuts the record of a tool call is a matter of microseconds. Here the record itself
// is cut after the crash, while the client waits before it starts the next runtime.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  approveAll,
  type CopilotClient,
  type CopilotSession,
  defineTool,
  type SessionEvent,
} from "@stubwright/copilot";
import { expect, test } from "vitest";
import { setUpReal } from "../e2e/session-support.js";

const limit = { timeout: 60_000 };
const slowly = { restart: { minDelayMs: 600, maxDelayMs: 600, maxRestarts: 100 } };

const recordOf = ({ workspacePath }: CopilotSession) => join(workspacePath ?? "", "events.jsonl");

/** The lines of a record and what they say; none before it is first written. */
async function readRecord(file: string) {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").slice(0, -1);
  return lines.map((line) => ({ line, type: (JSON.parse(line) as SessionEvent).type }));
}

/** Kills the runtime, and forgets what it recorded after an event. @returns When it is back. */
async function crashAfter(client: CopilotClient, file: string, type: string): Promise<void> {
  const back = new Promise<void>((resolve) => {
    client.on("restarted", () => resolve());
  });
  const restarting = new Promise<void>((resolve) => {
    client.on("restarting", () => resolve());
  });
  process.kill(client.processId ?? 0, "SIGKILL");
  await restarting;
  const lines = await readRecord(file);
  const last = lines.findLastIndex((line) => line.type === type);
  expect(last, `a recorded ${type}`).toBeGreaterThan(0);
  await writeFile(
    file,
    lines
      .slice(0, last + 1)
      .map(({ line }) => `${line}\n`)
      .join(""),
  );
  await back;
}

test("N1 wherever a crash cuts a tool call, the next prompt is answered", limit, async () => {
  let runs = 0;
  await using setup = await setUpReal((request) => {
    const last = request.messages.at(-1);
    if (last?.role === "tool") return { text: "the tool has spoken" };
    const uses = JSON.stringify(last?.content).includes("use it");
    return uses ? { toolCalls: [{ name: "mine", arguments: {} }] } : { text: "still here" };
  }, slowly);
  const { client } = setup;
  const seen: SessionEvent[] = [];
  const session = await client.createSession({
    ...setup.base,
    tools: [defineTool("mine", { handler: () => `run ${++runs}` })],
    onPermissionRequest: approveAll,
    onEvent: (event) => seen.push(event),
  });
  const file = recordOf(session);
  for (const type of [
    "permission.completed",
    "tool.execution_complete",
    "external_tool.completed",
    "external_tool.requested",
    "permission.requested",
    "tool.execution_start",
  ]) {
    await session.sendAndWait("use it", 20_000);
    await expect.poll(async () => (await readRecord(file)).at(-1)?.type).toBe("assistant.turn_end");
    await crashAfter(client, file, type);
    const answer = await session.sendAndWait("are you there?", 10_000);
    expect(answer?.data.content, `after ${type}`).toBe("still here");
  }
  const ids = seen.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(setup.errors).toEqual([]);
});

test(
  "N1 a call that cannot be ended takes the one beside it along, whose handler is told",
  limit,
  async () => {
    let told = "";
    let finish = (_: string) => {};
    await using setup = await setUpReal((request) => {
      const last = request.messages.at(-1);
      const [, names] = /use (.*)\./.exec(JSON.stringify(last?.content)) ?? [];
      if (names === undefined) return { text: "still here" };
      return { toolCalls: names.split(" and ").map((name) => ({ name, arguments: {} })) };
    }, slowly);
    const { client } = setup;
    const session = await client.createSession({
      ...setup.base,
      tools: [
        defineTool("quick", { skipPermission: true, handler: () => "at once" }),
        defineTool("long", {
          skipPermission: true,
          handler: (_, { signal }) =>
            new Promise<string>((resolve) => {
              finish = resolve;
              signal?.addEventListener("abort", () => {
                told = (signal.reason as Error).message;
                resolve("too late");
              });
            }),
        }),
      ],
    });
    const turn = session
      .sendAndWait("use quick and long.", 30_000)
      .catch((error: unknown) => error);
    const file = recordOf(session);
    await expect
      .poll(async () => (await readRecord(file)).map(({ type }) => type), { timeout: 10_000 })
      .toContain("external_tool.completed");
    await crashAfter(client, file, "external_tool.completed");
    expect(await turn).toMatchObject({ code: "CONNECTION_CLOSED" });
    await expect.poll(() => told).toBe("The turn was cut off by a crash.");
    expect((await session.sendAndWait("go on", 10_000))?.data.content).toBe("still here");
    expect(setup.told()).toContain("interrupted");

    // A later call is gone on with, whatever became of the first.
    await session.send("use long.");
    const open = async () => (await readRecord(file)).at(-1)?.type;
    await expect.poll(open, { timeout: 10_000 }).toBe("external_tool.requested");
    const idle = new Promise<void>((resolve) => {
      session.on("session.idle", () => resolve());
    });
    await crashAfter(client, file, "external_tool.requested");
    finish("the late answer");
    await idle;
    expect(setup.told()).toContain("the late answer");
    expect(setup.errors).toEqual([]);
  },
);
