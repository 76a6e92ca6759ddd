import { channel, tracingChannel } from "node:diagnostics_channel";
import { afterEach, expect, it } from "vitest";
import {
  type CallEvent,
  CHANNELS,
  type Diagnostic,
  type HandlerEvent,
  ResponseError,
  ValidationError,
} from "../src/index.js";
import { createValidators } from "../src/validators.js";
import { peerPair, settle } from "./pair.js";

const stops: Array<() => void> = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function listen(name: string): Array<Record<string, unknown>> {
  const seen: Array<Record<string, unknown>> = [];
  const listener = (message: unknown) => void seen.push(message as Record<string, unknown>);
  channel(name).subscribe(listener);
  stops.push(() => channel(name).unsubscribe(listener));
  return seen;
}

function trace<T extends { method: string; id?: unknown }>(name: string): string[] {
  const seen: string[] = [];
  const note = (phase: string) => (event: unknown) =>
    void seen.push(`${phase} ${(event as T).method} ${String((event as T).id)}`);
  const phases = { start: note("start"), asyncEnd: note("asyncEnd"), error: note("error") };
  const subscribers = { ...phases, end: () => {}, asyncStart: () => {} };
  tracingChannel(name).subscribe(subscribers);
  stops.push(() => tracingChannel(name).unsubscribe(subscribers));
  return seen;
}

it("traces calls and handlers from start to end, errors included", async () => {
  const calls = trace<CallEvent>(CHANNELS.call);
  const handlers = trace<HandlerEvent>(CHANNELS.handler);
  const { client, server } = peerPair();
  const boom = new Error("boom");
  server.onRequest("ok", async (params) => params);
  server.onRequest("bad", () => {
    throw boom;
  });
  server.onNotification("n", () => {});
  expect(await client.request("ok", [7])).toEqual([7]);
  await expect(client.request("bad")).rejects.toMatchObject({ code: -32603 });
  await client.notify("n");
  await settle();
  expect(calls).toEqual([
    "start ok 0",
    "asyncEnd ok 1",
    "start bad 0",
    "error bad 2",
    "asyncEnd bad 2",
  ]);
  expect(handlers).toEqual([
    "start ok 1",
    "asyncEnd ok 1",
    "start bad 2",
    "error bad 2",
    "asyncEnd bad 2",
    "start n undefined",
    "asyncEnd n undefined",
  ]);
});

it("traces the failure of a call on a closed connection", async () => {
  const calls = trace<CallEvent>(CHANNELS.call);
  const { client } = peerPair();
  await client.close();
  await expect(client.request("x")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  expect(calls).toEqual(["start x 0", "error x 0", "asyncEnd x 0"]);
});

it("publishes states, frames and mismatches", async () => {
  const states = listen(CHANNELS.state);
  const frames = listen(CHANNELS.frame);
  const mismatches = listen(CHANNELS.mismatch);
  const validators = createValidators({ S: { type: "string" } });
  const { client, server } = peerPair({ validators });
  server.onRequest("x", () => 1);
  await client.request("x");
  expect(() => client.checker.outgoing("INVALID_PARAMS", "x", "S", 1)).toThrow(ValidationError);
  client.checker.incoming("INVALID_RESULT", "x", "S", 2);
  await client.close();
  await settle();
  const who = (peer: unknown) => (peer === client ? "client" : "server");
  // Peers of earlier tests may end meanwhile.
  const own = states.filter(({ peer }) => peer === client || peer === server);
  expect(own.map(({ peer, state, cause }) => [who(peer), state, cause !== undefined])).toEqual([
    ["client", "open", false],
    ["server", "open", false],
    ["client", "closed", false],
    ["server", "closed", true],
  ]);
  expect(frames.map(({ peer, direction }) => `${who(peer)} ${direction}`)).toEqual([
    "client out",
    "server in",
    "server out",
    "client in",
  ]);
  expect(mismatches).toMatchObject([
    { error: { code: "INVALID_PARAMS" }, value: 1 },
    { error: { code: "INVALID_RESULT" }, value: 2 },
  ]);
});

it("masks secrets in a copy, and shows what has none as it is", async () => {
  const errors: unknown[] = [];
  const error = (event: unknown) => void errors.push((event as CallEvent).error);
  const subscribers = { error, start() {}, end() {}, asyncStart() {}, asyncEnd() {} };
  const handlers = tracingChannel(CHANNELS.handler);
  handlers.subscribe(subscribers);
  stops.push(() => handlers.unsubscribe(subscribers));
  const { client, server, clientSaw } = peerPair();
  const thrown = [
    { code: 1, message: "plain", data: { a: 1 } },
    { code: 2, message: "plain", data: { token: "t0ken" } },
    { code: 3, message: "at https://user:t0ken@host/" },
  ];
  const own = thrown.map((answer) => new ResponseError(answer));
  for (const each of own) {
    server.onRequest(`fail ${each.code}`, () => {
      throw each;
    });
    await client.request(`fail ${each.code}`).catch(() => {});
  }
  expect(errors[0]).toBe(own[0]);
  expect(errors.map((each) => (each as ResponseError).code)).toEqual([1, 2, 3]);
  expect(JSON.stringify(errors.map((each) => ({ ...(each as object) })))).not.toContain("t0ken");
  expect(String(errors[2])).not.toContain("t0ken");
  const plain: Diagnostic = { kind: "unknownNotification", method: "n", params: { a: 1 } };
  client.report(plain);
  client.report({ ...plain, params: { token: "t0ken", a: 1 } });
  expect(clientSaw[0]).toBe(plain);
  expect(clientSaw[1]).toEqual({ ...plain, params: { token: "***", a: 1 } });
});

it("masks what calls and handlers give, and what they are given", async () => {
  const shown: string[] = [];
  const done = (event: unknown) => {
    const { params, result } = event as CallEvent;
    shown.push(JSON.stringify([params, result]));
  };
  const subscribers = { asyncEnd: done, start() {}, end() {}, asyncStart() {}, error() {} };
  for (const name of [CHANNELS.call, CHANNELS.handler]) {
    tracingChannel(name).subscribe(subscribers);
    stops.push(() => tracingChannel(name).unsubscribe(subscribers));
  }
  const { client, server } = peerPair();
  server.onRequest("x", (params) => ({ ...(params as object), token: "mine" }));
  expect(await client.request("x", { apiKey: "yours" })).toEqual({
    apiKey: "yours",
    token: "mine",
  });
  const masked = '[{"apiKey":"***"},{"apiKey":"***","token":"***"}]';
  expect(shown).toEqual([masked, masked]);
});

it("tells a listener of diagnostics nothing once it is removed, and others all", () => {
  const { client, clientSaw } = peerPair();
  const seen: Diagnostic[] = [];
  const remove = client.onDiagnostic((diagnostic) => seen.push(diagnostic));
  const told: Diagnostic = { kind: "unknownNotification", method: "n", params: undefined };
  client.report(told);
  remove();
  client.report(told);
  expect([seen.length, clientSaw.length]).toEqual([1, 2]);
});
