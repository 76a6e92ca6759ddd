import { setTimeout as sleep } from "node:timers/promises";
import type { LlmInferenceHttpResponseChunkRequest } from "@stubwright/copilot-protocol";
import { protocol } from "@stubwright/copilot-protocol";
import type { ClientGlobalRpc } from "@stubwright/copilot-protocol/server";
import { createStub, memoryTransportPair, Peer, registerHandlers } from "@stubwright/rpc";
import { expect, test } from "vitest";
import type { RequestHandlerMethods } from "../src/model-requests/request-handler.js";
import { serveModelRequests } from "../src/model-requests/serve-model-requests.js";

interface Start {
  readonly status: number;
  readonly headers: Record<string, string[] | undefined>;
}

/** A runtime as far as it makes model requests, and a client that answers them. */
function setUp(
  sendRequest: RequestHandlerMethods["sendRequest"],
  accept: (chunk: LlmInferenceHttpResponseChunkRequest) => boolean | Promise<boolean> = () => true,
) {
  const [one, other] = memoryTransportPair();
  const runtime = new Peer(one, { role: "server" });
  const client = new Peer(other);
  const starts: Start[] = [];
  const chunks: LlmInferenceHttpResponseChunkRequest[] = [];
  const methods = protocol.methods.filter(({ method }) => method.startsWith("llmInference."));
  registerHandlers(runtime, methods, "server", () => ({
    llmInference: {
      httpResponseStart: (start: Start) => {
        starts.push(start);
        return { accepted: true };
      },
      httpResponseChunk: async (chunk: LlmInferenceHttpResponseChunkRequest) => {
        chunks.push(chunk);
        return { accepted: await accept(chunk) };
      },
    },
  }));
  const errors: unknown[] = [];
  const openWebSocket = () => Promise.reject(new Error("there is none"));
  serveModelRequests(client, protocol, { sendRequest, openWebSocket }, (error) =>
    errors.push(error),
  );
  const { llmInference } = createStub<ClientGlobalRpc>(runtime, methods, "clientGlobal");
  const start = (method: string, headers = {}, transport: "http" | "websocket" = "http") =>
    llmInference.httpRequestStart({
      requestId: "1",
      method,
      url: "http://model.invalid/x?y=z",
      headers,
      transport,
    });
  const send = (data: string, rest: object = {}) =>
    llmInference.httpRequestChunk({ requestId: "1", data, ...rest });
  return {
    client,
    runtime,
    starts,
    chunks,
    errors,
    start,
    send,
    /** Resolves when the answer has ended. */
    ended: () => expect.poll(() => chunks.at(-1)?.end).toBe(true),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await runtime.close();
    },
  };
}

const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
const base64 = Buffer.from(bytes).toString("base64");

test("P2 bytes pass as they are, both ways, and text stays text", async () => {
  await using setup = setUp(async (request) => {
    expect(request.url).toBe("http://model.invalid/x?y=z");
    expect(Object.fromEntries(request.headers)).toEqual({ accept: "a, b", "x-kept": "1" });
    const body = new Uint8Array(await request.arrayBuffer());
    const answer = new ReadableStream({
      start: (controller) => {
        controller.enqueue(body.subarray(0, 256));
        controller.enqueue(new TextEncoder().encode("€"));
        controller.close();
      },
    });
    return new Response(answer, {
      status: 201,
      headers: { "content-length": "5", "content-encoding": "gzip", "x-y": "z", connection: "a" },
    });
  });
  await setup.start("POST", { accept: ["a", "b"], "x-kept": ["1"], host: ["h"], te: ["gzip"] });
  await setup.send(base64, { binary: true });
  await setup.send("end", { end: true });
  await setup.ended();
  expect(setup.starts).toMatchObject([{ status: 201, headers: { "x-y": ["z"] } }]);
  expect(Object.keys(setup.starts[0]?.headers ?? {})).toEqual(["x-y"]);
  expect(setup.chunks).toEqual([
    { requestId: "1", data: base64, binary: true },
    { requestId: "1", data: "€" },
    { requestId: "1", data: "", end: true },
  ]);
});

test("P2 a body that arrives at once is sent with its length, and a GET has none", async () => {
  const bodies: unknown[] = [];
  await using setup = setUp(async (request) => {
    bodies.push(request.body === null ? null : await request.text());
    return new Response(null, { status: 204 });
  });
  await setup.start("GET");
  await setup.send("", { end: true });
  await setup.ended();
  await setup.start("POST");
  await setup.send("all", { end: true });
  await expect.poll(() => bodies).toEqual([null, "all"]);
});

test("P2 the runtime waits while nobody reads its request", async () => {
  let read: () => void = () => {};
  const reading = new Promise<void>((resolve) => {
    read = resolve;
  });
  await using setup = setUp(async (request) => {
    await reading;
    return new Response(String((await request.text()).length));
  });
  await setup.start("POST");
  const part = "x".repeat(700_000);
  let taken = 0;
  const sent = [1, 2, 3].map(() => setup.send(part).then(() => taken++));
  await sleep(50);
  expect(taken).toBe(1);
  read();
  await Promise.all(sent);
  await setup.send("", { end: true });
  await setup.ended();
  expect(setup.chunks[0]?.data).toBe("2100000");
});

test("P2 more of a request than may wait ends it", async () => {
  await using setup = setUp(() => new Promise(() => {}));
  await setup.start("POST");
  const part = "x".repeat(8_000_000);
  const sent = Array.from({ length: 10 }, () => setup.send(part));
  await Promise.all(sent);
  await setup.ended();
  const error = { message: "More than 67108864 bytes of the request wait to be read." };
  expect(setup.chunks[0]?.error).toEqual(error);
  expect(setup.errors).toMatchObject([error]);
});

test("P2 an answer is sent as fast as the runtime takes it, in pieces", async () => {
  const waiting: Array<(accepted: boolean) => void> = [];
  let pulled = 0;
  await using setup = setUp(
    async () => {
      const body = new ReadableStream({
        pull: (controller) => {
          pulled++;
          controller.enqueue(new Uint8Array(300 * 1024).fill(65));
        },
      });
      return new Response(body);
    },
    () => new Promise((resolve) => waiting.push(resolve)),
  );
  await setup.start("GET");
  await setup.send("", { end: true });
  await expect.poll(() => waiting.length).toBe(1);
  await sleep(50);
  expect(waiting).toHaveLength(1);
  expect(pulled).toBeLessThan(4);
  expect(setup.chunks[0]?.data).toHaveLength(256 * 1024);
  waiting[0]?.(true);
  await expect.poll(() => waiting.length).toBe(2);
  expect(setup.chunks[1]?.data).toHaveLength(44 * 1024);
});

test("P2 an answer that the runtime takes no more of is cancelled; that is no error", async () => {
  let cancelled = false;
  await using setup = setUp(
    async () => {
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode("data: more\n\n")),
        cancel: () => {
          cancelled = true;
        },
      });
      return new Response(body);
    },
    (chunk) => setup.chunks.indexOf(chunk) < 2,
  );
  await setup.start("GET");
  await setup.send("", { end: true });
  await expect.poll(() => cancelled).toBe(true);
  expect(setup.chunks).toHaveLength(3);
  expect(setup.errors).toEqual([]);
});

test("P2 what the runtime cancels is answered at once with 499; a lost connection aborts", async () => {
  const signals: AbortSignal[] = [];
  await using setup = setUp((_request, { signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  await setup.start("POST");
  await setup.send("body", { end: true });
  await expect.poll(() => signals.length).toBe(1);
  await setup.send("", { cancel: true, cancelReason: "enough", end: true });
  await setup.ended();
  expect(setup.starts[0]?.status).toBe(499);
  expect(setup.chunks[0]?.error?.message).toBe("The request was cancelled: enough.");
  expect(signals[0]?.aborted).toBe(true);

  await setup.start("POST");
  await setup.send("body", { end: true });
  await expect.poll(() => signals.length).toBe(2);
  await setup.runtime.close();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
  expect(setup.errors).toEqual([]);
});

test("P2 what a handler throws has its code, its secrets masked, and is told to the app", async () => {
  const error = Object.assign(new Error("no: Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345"), {
    code: "E_NO",
  });
  await using setup = setUp(() => Promise.reject(error));
  await setup.start("POST");
  await setup.send("", { end: true });
  await setup.ended();
  expect(setup.starts).toMatchObject([{ status: 502 }]);
  expect(setup.chunks[0]?.error?.code).toBe("E_NO");
  expect(setup.chunks[0]?.error?.message).toMatch(/^no: /);
  expect(setup.chunks[0]?.error?.message).not.toContain("ghp_");
  expect(setup.errors).toEqual([error]);
});

test("P2 chunks of a request that is over, or of none, are taken and dropped", async () => {
  await using setup = setUp(async () => new Response("x"));
  await expect(setup.send("late")).resolves.toEqual({});
  await setup.start("GET", {}, "websocket");
  await setup.ended();
  expect(setup.chunks[0]?.error?.message).toBe("there is none");
  await expect(setup.send("late")).resolves.toEqual({});
});
