import { setTimeout as sleep } from "node:timers/promises";
import {
  CopilotClient,
  type CopilotClientOptions,
  type CopilotRequestContext,
  CopilotRequestHandler,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type ModelScript,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

type Send = (request: Request, ctx: CopilotRequestContext) => Promise<Response>;

/** A handler made of a function; by default requests pass. */
class Handler extends CopilotRequestHandler {
  readonly contexts: CopilotRequestContext[] = [];
  readonly #send: Send | undefined;

  constructor(send?: Send) {
    super();
    this.#send = send;
  }

  protected override sendRequest(request: Request, ctx: CopilotRequestContext): Promise<Response> {
    this.contexts.push(ctx);
    return this.#send?.(request, ctx) ?? super.sendRequest(request, ctx);
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

/** A name that leads nowhere: whatever is answered was answered by the handler. */
const NOWHERE = { type: "openai", baseUrl: "http://model.invalid/v1", apiKey: "key" } as const;

async function setUp(
  script: ModelScript,
  handler: (model: ScriptedModel) => Handler,
  options: CopilotClientOptions = {},
) {
  const environment = await createIsolatedEnvironment();
  const model = await startScriptedModel(script);
  const requestHandler = handler(model);
  const { env, folder } = environment;
  const client = new CopilotClient({ env, cwd: folder, ...options, requestHandler });
  const errors: unknown[] = [];
  client.onDiagnostic((diagnostic) => {
    if (diagnostic.kind === "appHandlerError") errors.push(diagnostic.error);
  });
  return {
    client,
    model,
    errors,
    handler: requestHandler,
    create: () => client.createSession({ model: model.model, provider: NOWHERE, streaming: true }),
    [Symbol.asyncDispose]: async () => {
      await client.forceStop();
      await model.close();
      await environment.remove();
    },
  };
}

const scripted = (model: ScriptedModel) => new Handler((request) => model.fetch(request));

test("P2 a handler answers the runtime's requests, and is told whose they are", async () => {
  await using setup = await setUp([{ text: ["Hel", "lo ", "wörld €"] }], scripted);
  const session = await setup.create();
  const deltas: string[] = [];
  session.on("assistant.message_delta", ({ data }) => void deltas.push(data.deltaContent));

  const answer = await session.sendAndWait("Greet the world: ä€😀");

  expect(answer?.data.content).toBe("Hello wörld €");
  expect(deltas.join("")).toBe("Hello wörld €");
  expect(deltas.length).toBeGreaterThan(1);
  expect(setup.handler.contexts).toMatchObject([
    {
      sessionId: session.sessionId,
      agentId: session.sessionId,
      interactionType: "conversation-agent",
      transport: "http",
      url: "http://model.invalid/v1/chat/completions",
    },
  ]);
  expect(setup.handler.contexts[0]?.signal.aborted).toBe(false);
  const [request] = setup.model.requests;
  expect(JSON.stringify(request?.messages)).toContain("ä€😀");
  expect(request).toMatchObject({ outcome: "answered" });
  expect(request?.headers.authorization).toBe("Bearer key");
});

test("P2 a handler that overrides nothing lets everything pass", async () => {
  await using setup = await setUp([{ text: "passed" }], () => new Handler());
  const { provider, model } = setup.model;
  const session = await setup.client.createSession({ model, provider });
  expect((await session.sendAndWait("x".repeat(50_000)))?.data.content).toBe("passed");
  expect(setup.handler.contexts).toHaveLength(1);
  expect(setup.model.requests[0]?.headers).toMatchObject({ authorization: "Bearer scripted-key" });
});

test("P2 a request can be changed on its way, and so can its answer", async () => {
  await using setup = await setUp([{ text: "a secret word" }], (model) => {
    return new Handler(async (request) => {
      const body = (await request.text()).replace("Tell it", "Tell it softly");
      const response = await model.fetch(new Request(request, { body }));
      const masked = (await response.text()).replace("secret", "public");
      return new Response(masked, { headers: { ...Object.fromEntries(response.headers) } });
    });
  });
  const session = await setup.create();
  expect((await session.sendAndWait("Tell it"))?.data.content).toBe("a public word");
  expect(JSON.stringify(setup.model.requests[0]?.messages)).toContain("Tell it softly");
});

test("P2 an error of the handler ends the turn with its message", { timeout: 90_000 }, async () => {
  await using setup = await setUp([], () => {
    return new Handler(async () => {
      throw Object.assign(new Error("the gateway is closed today"), { code: "CLOSED" });
    });
  });
  const session = await setup.create();
  await expect(session.sendAndWait("hello")).rejects.toMatchObject({
    code: "TURN_FAILED",
    message: expect.stringContaining("the gateway is closed today"),
  });
  expect(setup.errors[0]).toMatchObject({ message: "the gateway is closed today" });
});

test("P2 what is no Response, and a body that breaks, end the request and not the turn", {
  timeout: 60_000,
}, async () => {
  let calls = 0;
  await using setup = await setUp([{ text: "third time lucky" }], (model) => {
    return new Handler((request) => {
      calls++;
      if (calls === 1) return Promise.resolve("text" as never);
      if (calls > 2) return model.fetch(request);
      const body = new ReadableStream({
        start: (controller) => controller.error(new Error("the body broke")),
      });
      return Promise.resolve(
        new Response(body, { headers: { "content-type": "text/event-stream" } }),
      );
    });
  });
  const session = await setup.create();
  expect((await session.sendAndWait("hello"))?.data.content).toBe("third time lucky");
  expect(setup.errors).toMatchObject([
    { message: "sendRequest of the option requestHandler gave no Response." },
    { message: "the body broke" },
  ]);
});

test("P2 an abort of the turn aborts the handler's signal, and waits for no handler", async () => {
  const begun = deferred<CopilotRequestContext>();
  await using setup = await setUp([], () => {
    // It never answers, whatever its signal says.
    return new Handler((_request, ctx) => {
      begun.resolve(ctx);
      return new Promise(() => {});
    });
  });
  const session = await setup.create();
  const turn = session.sendAndWait("hello");
  turn.catch(() => {});
  const { signal } = await begun.promise;
  await session.abort();
  await expect(turn).resolves.toBeUndefined();
  // What the runtime says of the request is not in order with what it says of the session.
  await expect.poll(() => signal.aborted).toBe(true);
  expect(setup.errors).toEqual([]);
});

test("P2 an abort in the middle of an answer cancels its body", async () => {
  const cancelled = deferred<unknown>();
  await using setup = await setUp([], () => {
    return new Handler(async () => {
      const text = 'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m",';
      const choice =
        '"choices":[{"index":0,"delta":{"content":"more "},"finish_reason":null}]}\n\n';
      const body = new ReadableStream({
        pull: async (controller) => {
          await sleep(20);
          controller.enqueue(new TextEncoder().encode(text + choice));
        },
        cancel: (reason) => cancelled.resolve(reason),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    });
  });
  const session = await setup.create();
  const first = new Promise((resolve) => session.on("assistant.message_delta", resolve));
  const turn = session.sendAndWait("hello");
  turn.catch(() => {});
  await first;
  await session.abort();
  await expect(cancelled.promise).resolves.toMatchObject({ name: "AbortError" });
  await expect(turn).resolves.toBeUndefined();
});

test("P2 a restarted runtime asks the handler again", async () => {
  await using setup = await setUp([{ text: "before" }, { text: "after" }], scripted, {
    restart: { minDelayMs: 10 },
  });
  const session = await setup.create();
  expect((await session.sendAndWait("one"))?.data.content).toBe("before");
  process.kill(setup.client.processId!, "SIGKILL");
  await new Promise((resolve) => setup.client.on("restarted", resolve));
  expect((await session.sendAndWait("two"))?.data.content).toBe("after");
});

test("P2 a server that knows no such handlers, or refuses, is an error of the start", async () => {
  const setProvider = () => ({ success: false });
  for (const handlers of [{}, { llmInference: { setProvider } }]) {
    await using setup = await setUpFake({ handlers }, { requestHandler: new Handler() });
    await expect(setup.client.start()).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      message: expect.stringMatching(/The option requestHandler has no effect: The server .*newer/),
    });
  }
});
