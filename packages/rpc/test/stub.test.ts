import { describe, expect, it } from "vitest";
import {
  type CallOptions,
  createStub,
  createUnionCheck,
  type MethodDescriptor,
  Peer,
  type PeerOptions,
  registerHandlers,
  ValidationError,
} from "../src/index.js";
import { createValidators } from "../src/validators.js";
import { collect, peerPair, rawPeer, settle } from "./pair.js";

const definitions = {
  ReadParams: {
    type: "object",
    properties: { path: { type: "string" }, max: { type: "integer" } },
    required: ["path"],
    additionalProperties: false,
  },
  ReadResult: {
    type: "object",
    properties: { text: { type: "string" } },
    required: ["text"],
    additionalProperties: false,
  },
};

const methods: readonly MethodDescriptor[] = [
  {
    method: "session.file.read",
    path: ["file", "read"],
    group: "session",
    handler: "server",
    kind: "request",
    scope: "sessionId",
    params: "ReadParams",
    result: "ReadResult",
  },
  {
    method: "session.file",
    path: ["file"],
    group: "session",
    handler: "server",
    kind: "request",
    scope: "sessionId",
    result: "ReadResult",
  },
  {
    method: "session.stop",
    path: ["stop"],
    group: "session",
    handler: "both",
    kind: "request",
    scope: "sessionId",
  },
  {
    method: "session.note",
    path: ["note"],
    group: "session",
    handler: "both",
    kind: "notification",
    scope: "sessionId",
    params: "ReadParams",
  },
  { method: "ping", path: ["ping"], group: "server", handler: "server", kind: "request" },
  {
    method: "ask",
    path: ["tool", "ask"],
    group: "session",
    handler: "client",
    kind: "request",
    scope: "sessionId",
    params: "ReadParams",
    result: "ReadResult",
  },
];

interface ReadParams {
  readonly path: string;
  readonly max?: number;
}

interface SessionStub {
  readonly file: {
    (options?: CallOptions): Promise<unknown>;
    read(params: ReadParams, options?: CallOptions): Promise<{ text: string }>;
  };
  stop(options?: CallOptions): Promise<void>;
  note(params: ReadParams): Promise<void>;
}

const checked: PeerOptions = { validators: createValidators(definitions) };

function sessionStub(options: PeerOptions = checked) {
  const raw = rawPeer(options);
  const stub = createStub<SessionStub>(raw.peer, methods, "session", { scopeValue: "s1" });
  return { ...raw, stub };
}

describe("createStub", () => {
  it("sends the scope beside the params, and gives the result", async () => {
    const { stub, send, sent } = sessionStub();
    const call = stub.file.read({ path: "a" });
    send('{"id":1,"result":{"text":"hi"}}');
    expect(await call).toEqual({ text: "hi" });
    await settle();
    expect(sent()).toEqual([
      {
        jsonrpc: "2.0",
        id: 1,
        method: "session.file.read",
        params: { path: "a", sessionId: "s1" },
      },
    ]);
  });

  it("rejects bad params before anything is sent", async () => {
    const { stub, sent, peer } = sessionStub();
    const error = await stub.file.read({ path: 5 } as never).catch((reason) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      code: "INVALID_PARAMS",
      subject: "session.file.read",
      issues: [{ pointer: "/path", expected: "string", found: "5" }],
    });
    expect(error.message).toBe(
      "session.file.read: invalid params at /path: expected string, found 5",
    );
    await expect(stub.file.read(undefined as never)).rejects.toMatchObject({
      issues: [{ pointer: "/path" }],
    });
    await expect(stub.note({ path: "a", sessionId: "other" } as never)).rejects.toMatchObject({
      issues: [{ pointer: "/sessionId" }],
    });
    await settle();
    expect(sent()).toEqual([]);
    expect(peer.checker.stats).toEqual({ checked: 3, mismatches: 3, unknown: 0 });
  });

  it("reports a result that does not match, and gives it all the same", async () => {
    const { stub, send, saw } = sessionStub();
    const call = stub.file.read({ path: "a" });
    send('{"id":1,"result":{"text":null}}');
    expect(await call).toEqual({ text: null });
    expect(saw).toMatchObject([
      {
        kind: "mismatch",
        error: { code: "INVALID_RESULT", issues: [{ pointer: "/text", found: "null" }] },
        value: { text: null },
      },
    ]);
  });

  it("takes unknown members of a result for fine", async () => {
    const { stub, send, saw } = sessionStub();
    const call = stub.file.read({ path: "a" });
    send('{"id":1,"result":{"text":"x","new":1}}');
    expect(await call).toEqual({ text: "x", new: 1 });
    expect(saw).toEqual([]);
  });

  it("rejects a result that does not match if incoming is strict", async () => {
    const { stub, send } = sessionStub({ ...checked, validation: { incoming: "strict" } });
    const call = stub.file.read({ path: "a" }).catch((reason) => reason);
    send('{"id":1,"result":{}}');
    expect(await call).toMatchObject({ code: "INVALID_RESULT", issues: [{ pointer: "/text" }] });
  });

  it("looks at nothing if validation is off", async () => {
    const off = { outgoing: "off", incoming: "off" } as const;
    const { stub, send, peer } = sessionStub({ ...checked, validation: off });
    const call = stub.file.read({ path: 5 } as never);
    send('{"id":1,"result":5}');
    expect(await call).toBe(5);
    expect(peer.checker.stats.checked).toBe(0);
  });

  it("has call options as first argument where there are no params", async () => {
    const { stub, send, sent } = sessionStub();
    const call = stub.stop({ timeoutMs: 10_000 });
    await expect(stub.file({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "CALL_ABORTED",
    });
    send('{"id":1,"result":{"anything":1}}');
    expect(await call).toBeUndefined();
    await settle();
    expect(sent()).toMatchObject([{ method: "session.stop", params: { sessionId: "s1" } }]);
  });

  it("honours the options of a call with params", async () => {
    const { stub } = sessionStub();
    await expect(stub.file.read({ path: "a" }, { timeoutMs: 10 })).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
    });
  });

  it("sends notifications without an id", async () => {
    const { stub, sent } = sessionStub();
    await stub.note({ path: "a" });
    await settle();
    expect(sent()).toEqual([
      { jsonrpc: "2.0", method: "session.note", params: { path: "a", sessionId: "s1" } },
    ]);
  });

  it("holds only its own group, each member made once and able to stand alone", async () => {
    const { peer, stub, send } = sessionStub();
    const server = createStub<Record<string, () => Promise<unknown>>>(peer, methods, "server");
    expect(Object.keys(server)).toEqual(["ping"]);
    expect(Object.keys(stub).sort()).toEqual(["file", "note", "stop", "tool"]);
    expect(stub.file).toBe(stub.file);
    const { read } = stub.file;
    expect(stub.file.read).toBe(read);
    const call = read({ path: "a" });
    send('{"id":1,"result":{"text":"x"}}');
    expect(await call).toEqual({ text: "x" });
  });
});

describe("registerHandlers", () => {
  const session = {
    prefix: ">",
    tool: {
      mark: "!",
      ask(params: ReadParams): unknown {
        return params.path === "bad" ? { text: 1 } : { text: `${params.path}${this.mark}` };
      },
    },
  };

  async function ask(params: unknown, handlers: Record<string, object> = { s1: session }) {
    const raw = rawPeer(checked);
    registerHandlers(raw.peer, methods, "session", (id) => handlers[id as string]);
    raw.send(JSON.stringify({ id: 7, method: "ask", params }));
    await settle();
    return { answer: raw.sent()[0], saw: raw.saw };
  }

  it("routes by scope and path, with `this` kept", async () => {
    const { answer, saw } = await ask({ path: "a", sessionId: "s1" });
    expect(answer).toMatchObject({ id: 7, result: { text: "a!" } });
    expect(saw).toEqual([]);
  });

  it.each([
    ["an unknown scope", { path: "a", sessionId: "s9" }, {}, -32602, 'unknown sessionId "s9"'],
    ["a missing scope", { path: "a" }, {}, -32602, "sessionId is missing"],
    ["no params at all", undefined, {}, -32602, "sessionId is missing"],
    ["a missing handler", { sessionId: "s1", path: "a" }, { s1: {} }, -32601, "No handler"],
  ])("answers %s with an error", async (_, params, handlers, code, text) => {
    const { answer } = await ask(params, handlers);
    expect(answer).toMatchObject({ error: { code, message: expect.stringContaining(text) } });
  });

  it("reports params that do not match, and calls the handler", async () => {
    const { answer, saw } = await ask({ path: 5, sessionId: "s1" });
    expect(answer).toMatchObject({ result: { text: "5!" } });
    expect(saw).toMatchObject([{ kind: "mismatch", error: { code: "INVALID_PARAMS" } }]);
  });

  it("sends no result that does not match", async () => {
    const { answer, saw } = await ask({ path: "bad", sessionId: "s1" });
    expect(answer).toMatchObject({ error: { code: -32603 } });
    expect(saw).toMatchObject([
      { kind: "mismatch", error: { code: "INVALID_RESULT", issues: [{ pointer: "/text" }] } },
    ]);
  });

  it("reports a notification that has no handler at the time as unknown", async () => {
    const raw = rawPeer(checked);
    const seen: unknown[][] = [];
    const handlers: { note?: (...args: unknown[]) => void } = {};
    registerHandlers(raw.peer, methods, "session", () => handlers);
    const params = { path: "a", sessionId: "s1" };
    const body = JSON.stringify({ method: "session.note", params });
    raw.send(body);
    await settle();
    expect(raw.saw).toEqual([{ kind: "unknownNotification", method: "session.note", params }]);
    handlers.note = (...args) => void seen.push(args);
    raw.send(body);
    await settle();
    // Params alone: a notification has no context.
    expect(seen).toEqual([[params]]);
    expect(raw.saw).toHaveLength(1);
  });

  it("refuses params that do not match with -32602 if incoming is strict", async () => {
    const raw = rawPeer({ ...checked, validation: { incoming: "strict" } });
    registerHandlers(raw.peer, methods, "session", () => session);
    raw.send(JSON.stringify({ id: 7, method: "ask", params: { path: 5, sessionId: "s1" } }));
    await settle();
    expect(raw.sent()).toMatchObject([
      { id: 7, error: { code: -32602, message: expect.stringContaining("/path") } },
    ]);
    expect(raw.saw).toMatchObject([
      { kind: "handlerError", error: { code: "INVALID_PARAMS", issues: [{ pointer: "/path" }] } },
    ]);
  });

  it("tells the caller nothing of the bad params of a call that the handler made", async () => {
    const { client, server, serverSaw } = peerPair(checked);
    const stub = createStub<SessionStub>(server, methods, "session", { scopeValue: "s1" });
    server.onRequest("outer", () => stub.file.read({ path: ["secret"] } as never));
    const error = await client.request("outer").catch((reason) => reason);
    expect(error).toMatchObject({ code: -32603, message: "The handler of outer failed" });
    expect(serverSaw).toMatchObject([{ kind: "handlerError", error: { code: "INVALID_PARAMS" } }]);
  });

  it("reports a notification of an unknown scope", async () => {
    const raw = rawPeer(checked);
    registerHandlers(raw.peer, methods, "session", () => undefined);
    raw.send('{"method":"session.note","params":{"path":"a","sessionId":"s9"}}');
    await settle();
    expect(raw.saw).toMatchObject([{ kind: "handlerError", method: "session.note" }]);
  });

  it("takes back all or nothing", () => {
    const { peer } = rawPeer();
    const remove = registerHandlers(peer, methods, "session", () => session);
    expect(() => registerHandlers(peer, methods, "session", () => session)).toThrow(/handler/);
    remove();
    peer.onRequest("ask", () => 1)();
    const own = peer.onRequest("ask", () => 1);
    expect(() => registerHandlers(peer, methods, "session", () => session)).toThrow(/ask/);
    own();
    // `session.stop` comes before `ask` in the table and must be free again.
    peer.onRequest("session.stop", () => 1);
  });
});

it("makes a server of the same table: handles what a server does, calls what a client does", async () => {
  const { client, server } = peerPair(checked);
  registerHandlers(server, methods, "session", (id) => ({
    file: { read: ({ path }: ReadParams) => ({ text: `${id}:${path}` }) },
  }));
  registerHandlers(server, methods, "server", () => ({ ping: () => null }));
  registerHandlers(client, methods, "session", () => ({
    tool: { ask: ({ path }: ReadParams) => ({ text: `asked ${path}` }) },
  }));
  const options = { scopeValue: "s1" };
  const toServer = createStub<SessionStub>(client, methods, "session", options);
  const toClient = createStub<{
    tool: { ask(params: ReadParams): Promise<{ text: string }> };
  }>(server, methods, "session", options);
  const ping = createStub<{ ping(): Promise<void> }>(client, methods, "server");
  expect(await toServer.file.read({ path: "a" })).toEqual({ text: "s1:a" });
  expect(await toClient.tool.ask({ path: "b" })).toEqual({ text: "asked b" });
  expect(await ping.ping()).toBeUndefined();
  await client.close();
});

describe("validation by method", () => {
  const methodsOff = { "session.file.read": { incoming: "off" } } as const;

  it("differs from the rest where the policy says so", async () => {
    const validation = { incoming: "strict", methods: methodsOff } as const;
    const { stub, send, peer } = sessionStub({ ...checked, validation });
    const lenient = stub.file.read({ path: "a" });
    send('{"id":1,"result":{"text":5}}');
    expect(await lenient).toEqual({ text: 5 });
    await expect(stub.file.read({ path: 5 } as never)).rejects.toMatchObject({
      code: "INVALID_PARAMS",
    });
    const strict = stub.file().catch((error) => error);
    send('{"id":2,"result":{"text":5}}');
    expect(await strict).toMatchObject({ code: "INVALID_RESULT" });
    expect(peer.checker.stats).toMatchObject({ checked: 3, mismatches: 2 });
  });

  it("goes by the tag of an event, then by the method that carries it", () => {
    const union = {
      id: "Event",
      tagPath: ["type"],
      arms: { read: "ReadParams", write: "ReadParams" },
      carrier: { method: "session.event", field: "event" },
    };
    const { peer } = rawPeer({
      ...checked,
      validation: {
        methods: { "session.event": { incoming: "strict" }, read: { incoming: "off" } },
      },
    });
    const check = createUnionCheck(union, peer.checker);
    expect(check({ type: "read" })).toBe("match");
    expect(() => check({ type: "write" })).toThrow(ValidationError);
    // A name that every object has is no entry.
    const own = rawPeer({ ...checked, validation: { methods: {} } }).peer.checker;
    expect(own.incoming("INVALID_EVENT", "constructor", "ReadParams", {})).toBe(false);
  });
});

describe("createUnionCheck", () => {
  const union = { id: "Event", tagPath: ["type"], arms: { read: "ReadParams" } };

  it("tells match, mismatch and unknown apart, and counts", () => {
    const { peer, saw } = rawPeer(checked);
    const check = createUnionCheck(union, peer.checker);
    expect(check({ type: "read", path: "a" })).toBe("match");
    expect(check({ type: "read", path: 1 })).toBe("mismatch");
    for (const odd of [{ type: "new" }, { type: "constructor" }, { type: 1 }, {}, null, 5]) {
      expect(check(odd)).toBe("unknown");
    }
    expect(peer.checker.stats).toEqual({ checked: 2, mismatches: 1, unknown: 6 });
    expect(saw.map((diagnostic) => diagnostic.kind)).toEqual([
      "mismatch",
      ...Array(6).fill("unknownTag"),
    ]);
    expect(saw[1]).toEqual({
      kind: "unknownTag",
      union: "Event",
      tag: "new",
      value: { type: "new" },
    });
  });

  it("throws a mismatch, but never an unknown tag, if incoming is strict", () => {
    const { peer } = rawPeer({ ...checked, validation: { incoming: "strict" } });
    const check = createUnionCheck(union, peer.checker);
    expect(() => check({ type: "read" })).toThrow(ValidationError);
    expect(check({ type: "new" })).toBe("unknown");
  });
});

it("keeps checks of different peers apart", () => {
  const { peer } = rawPeer(checked);
  const other = new Peer({ open: () => {}, write: () => true, close: async () => {} });
  expect(collect(other)).toEqual([]);
  peer.checker.outgoing("INVALID_PARAMS", "x", "ReadParams", { path: "" });
  expect([peer.checker.stats.checked, other.checker.stats.checked]).toEqual([1, 0]);
});
