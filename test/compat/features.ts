// What is tried on each server: one step per feature, each on a session of its own.
import assert from "node:assert/strict";
import {
  approveAll,
  CopilotClient,
  type CopilotClientOptions,
  CopilotError,
  type CopilotSession,
  defineTool,
  type SessionConfig,
  type SessionEvent,
} from "@stubwright/copilot";
import type { ScriptedModel } from "@stubwright/testkit";
import { TOOL } from "./model.js";

/** What a step works with. */
export interface Bench {
  readonly version: string;
  readonly client: CopilotClient;
  readonly options: CopilotClientOptions;
  readonly model: ScriptedModel;
}

/** A step; it throws when the feature fails, and gives a reason when the server does not have it. */
export type Step = (bench: Bench) => Promise<string | undefined>;

const TURN_MS = 30_000;

const create = (bench: Bench, config: SessionConfig = {}): Promise<CopilotSession> =>
  bench.client.createSession({
    model: bench.model.model,
    provider: bench.model.provider,
    onPermissionRequest: approveAll,
    ...config,
  });

const lookup = (calls: unknown[]) =>
  defineTool(TOOL, {
    description: "Looks a key up.",
    parameters: { type: "object", properties: { key: { type: "string" } }, required: ["key"] },
    handler: (args) => {
      calls.push(args);
      return "forty-two";
    },
  });

async function say(session: CopilotSession, text: string): Promise<string | undefined> {
  return (await session.sendAndWait(`COMPAT say ${text}`, TURN_MS))?.data.content;
}

async function tryTool(bench: Bench, allow: boolean): Promise<{ asked: number; ran: number }> {
  const calls: unknown[] = [];
  let asked = 0;
  const session = await create(bench, {
    tools: [lookup(calls)],
    onPermissionRequest: (...request) => {
      asked++;
      return allow ? approveAll(...request) : { kind: "reject" };
    },
  });
  const reply = await session.sendAndWait("COMPAT call it", TURN_MS);
  await session.destroy();
  if (allow) assert.equal(reply?.data.content, "The tool said: forty-two");
  else assert.ok(reply !== undefined, "the turn has an answer");
  return { asked, ran: calls.length };
}

/** The steps by the names of their columns. */
export const FEATURES: Readonly<Record<string, Step>> = {
  start: async ({ client }) => {
    await client.start();
    assert.equal(client.state, "connected");
    return undefined;
  },
  ping: async ({ client }) => {
    const { message, timestamp } = await client.ping("x");
    assert.equal(message, "pong: x");
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
    return undefined;
  },
  status: async ({ client, version }) => {
    const status = await client.getStatus();
    assert.equal(status.protocolVersion, client.protocolVersion);
    if (version !== "native") assert.equal(status.version, version);
    assert.equal((await client.getAuthStatus()).isAuthenticated, false);
    return undefined;
  },
  stream: async (bench) => {
    const events: SessionEvent[] = [];
    const session = await create(bench, {
      streaming: true,
      onEvent: (event) => events.push(event),
    });
    assert.equal(await say(session, "one two three"), "one two three");
    const deltas = events.flatMap((event) =>
      event.type === "assistant.message_delta" ? [event.data.deltaContent] : [],
    );
    assert.equal(deltas.join(""), "one two three");
    assert.equal(new Set(events.map(({ id }) => id)).size, events.length, "no event comes twice");
    await session.destroy();
    return undefined;
  },
  tool: async (bench) => {
    assert.equal((await tryTool(bench, true)).ran, 1);
    return undefined;
  },
  approve: async (bench) => {
    const { asked, ran } = await tryTool(bench, true);
    if (asked === 0) return "asks no permission for tools of the client";
    assert.equal(ran, 1);
    return undefined;
  },
  deny: async (bench) => {
    const { asked, ran } = await tryTool(bench, false);
    if (asked === 0) return "asks no permission for tools of the client";
    assert.equal(ran, 0);
    return undefined;
  },
  abort: async (bench) => {
    const session = await create(bench);
    const asked = bench.model.requests.length;
    const over = new Promise<void>((resolve) => {
      session.on((event) => {
        if (event.type === "session.idle" || event.type === "abort") resolve();
      });
    });
    await session.send("COMPAT hang");
    while (bench.model.requests.length === asked) await new Promise((next) => setTimeout(next, 20));
    await session.abort();
    await over;
    await session.destroy();
    return undefined;
  },
  resume: async (bench) => {
    const { sessionId } = await talkedTo(bench);
    const { model, provider } = bench.model;
    const settings = { model, provider, onPermissionRequest: approveAll };
    const session = await bench.client.resumeSession(sessionId, settings);
    const before = await session.getMessages();
    assert.ok(
      before.some((event) => event.type === "user.message"),
      "it has its messages",
    );
    const seen: string[] = [];
    session.on((event) => seen.push(event.id));
    assert.equal(await say(session, "again"), "again");
    assert.equal(new Set(seen).size, seen.length, "no event comes twice");
    await session.disconnect();
    return undefined;
  },
  list: async (bench) => {
    const { sessionId } = await talkedTo(bench);
    const listed = await bench.client.listSessions();
    const own = listed.find((session) => session.sessionId === sessionId);
    assert.ok(own, "the session is listed");
    assert.ok(own.modifiedTime.getTime() > 0);
    return undefined;
  },
  metadata: async (bench) => {
    const { sessionId } = await talkedTo(bench);
    const found = await bench.client.getSessionMetadata(sessionId);
    assert.equal(found?.sessionId, sessionId);
    assert.equal(await bench.client.getSessionMetadata("no-such-session"), undefined);
    assert.equal(typeof (await bench.client.getLastSessionId()), "string");
    return undefined;
  },
  delete: async (bench) => {
    const { sessionId } = await talkedTo(bench);
    await bench.client.deleteSession(sessionId);
    assert.equal(await bench.client.getSessionMetadata(sessionId), undefined);
    return undefined;
  },
  stop: async ({ client }) => {
    assert.deepEqual(await client.stop(), []);
    return undefined;
  },
  "TCP+token": async ({ options }) => {
    await using client = new CopilotClient({ ...options, useStdio: false });
    try {
      await client.start();
    } catch (error) {
      if (!(error instanceof CopilotError) || error.code !== "INSECURE_SERVER") throw error;
      return "knows no connection token, so the client refused it";
    }
    assert.equal((await client.ping("x")).message, "pong: x");
    return undefined;
  },
};

/** A session that had a turn and was closed, as the server then has it on disk. */
async function talkedTo(bench: Bench): Promise<CopilotSession> {
  const session = await create(bench);
  assert.equal(await say(session, "noted"), "noted");
  await session.disconnect();
  return session;
}
