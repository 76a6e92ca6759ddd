import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CopilotClient,
  type CopilotRequestContext,
  CopilotRequestHandler,
  CopilotWebSocketCloseStatus,
  CopilotWebSocketForwarder,
  CopilotWebSocketHandler,
} from "@stubwright/copilot";
import { createIsolatedEnvironment } from "@stubwright/testkit";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";

/** The messages by which the Responses API says one text. */
function saying(text: string): string[] {
  const part = { type: "output_text", text, annotations: [] };
  const item = { type: "message", id: "m1", role: "assistant", status: "completed" };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const response = { id: "r1", object: "response", model: "m" };
  const at = { output_index: 0, content_index: 0, item_id: "m1" };
  return [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", content: [] },
    },
    { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
    { type: "response.output_text.delta", ...at, delta: text },
    { type: "response.output_text.done", ...at, text },
    { type: "response.output_item.done", output_index: 0, item: { ...item, content: [part] } },
    {
      type: "response.completed",
      response: {
        ...response,
        status: "completed",
        output: [{ ...item, content: [part] }],
        usage,
      },
    },
  ].map((event) => JSON.stringify(event));
}

/** A model server by WebSocket, which answers every message with `text`. */
async function startServer(text: string) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const received: string[] = [];
  const headers: Record<string, unknown>[] = [];
  server.on("connection", (socket, request) => {
    headers.push(request.headers);
    socket.on("message", (data) => {
      received.push(String(data));
      for (const message of saying(text)) socket.send(message);
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    headers,
    server,
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function setUp(requestHandler: CopilotRequestHandler, baseUrl = "http://model.invalid/v1") {
  const environment = await createIsolatedEnvironment();
  const { env, folder } = environment;
  const client = new CopilotClient({ env, cwd: folder, requestHandler });
  const provider = {
    type: "openai",
    baseUrl,
    apiKey: "key",
    wireApi: "responses",
    transport: "websockets",
  } as const;
  const errors: unknown[] = [];
  client.onDiagnostic((diagnostic) => {
    if (diagnostic.kind === "appHandlerError") errors.push(diagnostic.error);
  });
  return {
    client,
    errors,
    session: await client.createSession({ model: "m", provider }),
    [Symbol.asyncDispose]: async () => {
      await client.forceStop();
      await environment.remove();
    },
  };
}

/** Answers by itself, without a server. */
class Answering extends CopilotWebSocketHandler {
  readonly messages: (string | Uint8Array)[] = [];
  disposed = 0;

  constructor(context: CopilotRequestContext) {
    super(context);
    // Before it is open: it waits.
    void this.sendResponseMessage(JSON.stringify({ type: "keepalive" }));
  }

  override async sendRequestMessage(data: string | Uint8Array): Promise<void> {
    this.messages.push(data);
    for (const message of saying(`answer ${this.messages.length}`)) {
      await this.sendResponseMessage(message);
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.disposed++;
    await super[Symbol.asyncDispose]();
  }
}

test("P2 a handler answers a WebSocket of the runtime, which serves all turns", async () => {
  const opened: Answering[] = [];
  const contexts: CopilotRequestContext[] = [];
  class Handler extends CopilotRequestHandler {
    protected override async openWebSocket(ctx: CopilotRequestContext) {
      contexts.push(ctx);
      const socket = new Answering(ctx);
      opened.push(socket);
      return socket;
    }
  }
  await using setup = await setUp(new Handler());
  const { session, client } = setup;
  expect((await session.sendAndWait("one"))?.data.content).toBe("answer 1");
  expect((await session.sendAndWait("two"))?.data.content).toBe("answer 2");
  expect(contexts).toMatchObject([
    {
      transport: "websocket",
      url: "ws://model.invalid/v1/responses",
      sessionId: session.sessionId,
    },
  ]);
  expect(JSON.parse(String(opened[0]?.messages[0]))).toMatchObject({ type: "response.create" });
  expect(await client.stop()).toEqual([]);
  await expect.poll(() => opened[0]?.disposed).toBe(1);
  expect(setup.errors).toEqual([]);
});

test("P2 a WebSocket passes to its server by default, with changed headers and messages", async () => {
  class Loud extends CopilotWebSocketForwarder {
    override sendRequestMessage(data: string | Uint8Array): void {
      super.sendRequestMessage(String(data).replace("whisper", "shout"));
    }
    override async sendResponseMessage(data: string | Uint8Array): Promise<void> {
      await super.sendResponseMessage(String(data).replaceAll("quiet", "loud"));
    }
  }
  class Handler extends CopilotRequestHandler {
    protected override async openWebSocket(ctx: CopilotRequestContext) {
      ctx.headers["x-tenant"] = ["blue"];
      return new Loud(ctx);
    }
  }
  await using server = await startServer("quiet words");
  await using setup = await setUp(new Handler(), server.url);
  const answer = await setup.session.sendAndWait("whisper it");
  expect(answer?.data.content).toBe("loud words");
  expect(server.received[0]).toContain("shout it");
  expect(server.headers[0]).toMatchObject({ "x-tenant": "blue", authorization: "Bearer key" });
  await setup.client.stop();
  await expect.poll(() => server.server.clients.size).toBe(0);
});

test("P2 a handler that overrides nothing forwards WebSockets", async () => {
  await using server = await startServer("passed");
  await using setup = await setUp(new CopilotRequestHandler(), server.url);
  expect((await setup.session.sendAndWait("hello"))?.data.content).toBe("passed");
});

test("P2 a WebSocket whose server cannot be reached ends the turn with an error", {
  timeout: 90_000,
}, async () => {
  const server = await startServer("");
  await server[Symbol.asyncDispose]();
  await using setup = await setUp(new CopilotRequestHandler(), server.url);
  await expect(setup.session.sendAndWait("hello")).rejects.toMatchObject({ code: "TURN_FAILED" });
  expect(String(setup.errors[0])).toMatch(/WebSocket 127\.0\.0\.1:\d+ could not be opened/);
});

test("P2 a WebSocket that is closed with an error ends the turn with it", {
  timeout: 90_000,
}, async () => {
  class Closing extends Answering {
    override async sendRequestMessage(): Promise<void> {
      await this.close(new CopilotWebSocketCloseStatus("the model is full", "FULL"));
    }
  }
  class Handler extends CopilotRequestHandler {
    protected override async openWebSocket(ctx: CopilotRequestContext) {
      return new Closing(ctx);
    }
  }
  await using setup = await setUp(new Handler());
  const failure = await setup.session.sendAndWait("hello").catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "TURN_FAILED" });
  // The app knows: it did it. The runtime may go on over HTTP, where nobody answers.
  expect(setup.errors.filter((error) => !/fetch failed/.test(String(error)))).toEqual([]);
});
