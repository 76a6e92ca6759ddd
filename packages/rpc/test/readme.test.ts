import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import {
  type Interceptor,
  mcpProgress,
  memoryTransportPair,
  ndjson,
  Peer,
  type Transport,
} from "../src/index.js";
import { rawPeer, settle } from "./pair.js";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const folder = fileURLToPath(new URL(".cache/readme/", import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The exports of the README's example that has a text in it. */
async function example<T>(text: string): Promise<T> {
  const blocks = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  const code = blocks.find((block) => block.includes(text));
  expect(code).toBeDefined();
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${text.replace(/\W/g, "-")}.ts`;
  writeFileSync(file, code!.replace('"@stubwright/rpc"', '"../../../src/index.js"'));
  return (await import(file)) as T;
}

interface Interceptors {
  deadlines(byMethod: Record<string, number>): Interceptor;
  retries(methods: ReadonlySet<string>, times: number): Interceptor;
  tokens(token: () => Promise<string>, expected: string): Interceptor;
  timings(log: (line: string) => void): Interceptor;
}

it("the server counts, reports progress, and refuses", async () => {
  const { serve } = await example<{ serve(transport: Transport): Peer }>("function serve");
  const [near, far] = memoryTransportPair();
  await using server = serve(far);
  await using client = new Peer(near, { framing: ndjson, progress: mcpProgress });
  const seen: unknown[] = [];
  const options = { onProgress: (value: unknown) => seen.push(value) };
  expect(await client.request("count", { to: 2 }, options)).toEqual({ counted: 2 });
  expect(seen).toEqual([1, 2].map((progress) => ({ progress, total: 2 })));
  await expect(client.request("count", { to: -1 })).rejects.toMatchObject({ code: -32602 });
  expect(server.calls.pending).toBe(0);
});

it("a method that is unknown gives nothing, another error is thrown", async () => {
  const { pingOrNothing } = await example<{ pingOrNothing(peer: Peer): unknown }>("pingOrNothing");
  const { peer, send } = rawPeer();
  const calls = [1, 2, 3].map(() => pingOrNothing(peer));
  send('{"id":1,"result":"pong"}');
  send('{"id":2,"error":{"code":-32601}}');
  send('{"id":3,"error":{"code":-32603}}');
  expect(await calls[0]).toBe("pong");
  expect(await calls[1]).toBeUndefined();
  await expect(calls[2]).rejects.toMatchObject({ code: -32603 });
});

it("interceptors bound, try again, send tokens and measure", async () => {
  const { deadlines, retries, tokens, timings } = await example<Interceptors>("deadlines");
  const lines: string[] = [];
  const [near, far] = memoryTransportPair();
  await using client = new Peer(near, {
    interceptors: [
      timings((line) => lines.push(line.replace(/\d+ ms/, "n ms"))),
      retries(new Set(["hang"]), 2),
      deadlines({ hang: 20 }),
      tokens(async () => "t", "u"),
    ],
  });
  await using server = new Peer(far, { interceptors: [tokens(async () => "u", "t")] });
  let hanging = 0;
  server.onRequest("hang", () => {
    hanging++;
    return new Promise(() => {});
  });
  server.onRequest("echo", (params) => params);
  expect(await client.request("echo", { a: 1 })).toEqual({ a: 1 });
  await expect(client.request("hang")).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
  expect(hanging).toBe(3);
  expect(lines).toEqual(["echo ok after n ms", "hang failed after n ms"]);
  await settle();
});

it("a peer without the token is refused", async () => {
  const { tokens } = await example<Interceptors>("deadlines");
  const [near, far] = memoryTransportPair();
  await using client = new Peer(near);
  await using server = new Peer(far, { interceptors: [tokens(async () => "u", "t")] });
  server.onRequest("echo", (params) => params);
  await expect(client.request("echo", {})).rejects.toMatchObject({ code: -32001 });
});
