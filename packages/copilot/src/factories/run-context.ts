import type { FactoryExecuteRequest, JsonValue, SessionRpc } from "@stubwright/copilot-protocol";
import type { InternalSessionRpc } from "@stubwright/copilot-protocol/internal";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import { parallel, pipeline } from "./concurrent.js";
import { checkJson } from "./json-result.js";
import { Progress } from "./progress.js";

/** One attempt of a run. */
export interface Attempt {
  readonly request: FactoryExecuteRequest;
  readonly rpc: SessionRpc;
  /** What the app has of the session. */
  readonly session: unknown;
  /** Aborted when the attempt is to end. */
  readonly signal: AbortSignal;
}

/** The context of a factory's body, and what it has still to send. */
export interface RunContext {
  /** What the body gets. Its functions need no `this`, so that it can be taken apart. */
  readonly context: object;
  /** Waits for what is on its way. */
  flush(): Promise<void>;
}

/** Makes the context of an attempt. */
export function createContext({ request, rpc, session, signal }: Attempt): RunContext {
  const { runId, executionToken, args } = request;
  const run = { runId, executionToken };
  const progress = new Progress((lines) => rpc.factory.log({ ...run, lines }));
  /** Before each call of the run: it may be over, or in trouble. */
  const check = async () => {
    signal.throwIfAborted();
    await progress.flush();
    signal.throwIfAborted();
  };

  const agent = async (prompt: string, opts: object = {}): Promise<unknown> => {
    if (typeof prompt !== "string") throw new TypeError("agent() expects a string as its prompt");
    await check();
    const asked = { factoryRunId: runId, executionToken, prompt, opts };
    const { result } = await rpc.factory.agent(asked);
    signal.throwIfAborted();
    return result ?? null;
  };

  const step = async (
    key: string,
    producer: () => JsonValue | Promise<JsonValue>,
    { volatile = false }: { volatile?: boolean } = {},
  ): Promise<JsonValue> => {
    if (typeof key !== "string") throw new TypeError("step() expects a string as its key");
    if (typeof producer !== "function") throw new TypeError("step() expects a function");
    await check();
    if (volatile) return producer();
    const { hit, resultJson } = await rpc.factory.journal.get({ ...run, key });
    if (hit) return resultJson ?? null;
    signal.throwIfAborted();
    const what = `Factory step ${JSON.stringify(key)} result`;
    const result = checkJson(what, await producer());
    await rpc.factory.journal.put({ ...run, key, resultJson: result });
    return result;
  };

  const pause = async (key: string): Promise<void> => {
    if (typeof key !== "string") throw new TypeError("pause() expects a string as its key");
    await check();
    const action = await reachCheckpoint(rpc, { ...run, key });
    if (action === "continue") return;
    // The runtime aborts the attempt now.
    await aborted(signal);
    signal.throwIfAborted();
  };

  const context = {
    runId,
    args: args ?? {},
    session,
    signal,
    agent,
    step,
    pause,
    parallel: (thunks: readonly (() => unknown)[]) => parallel(thunks, signal),
    pipeline: (items: readonly unknown[], ...stages: Parameters<typeof pipeline>[1][number][]) =>
      pipeline(items, stages, signal),
    phase: (title: string) => progress.add("phase", title),
    log: (message: string) => progress.add("log", message),
    factory: async () => {
      throw new Error("Nested factories are not supported.");
    },
  };
  return { context, flush: () => progress.flush() };
}

async function reachCheckpoint(
  rpc: SessionRpc,
  checkpoint: { runId: string; executionToken: string; key: string },
): Promise<"continue" | "pause"> {
  const { factory } = rpc as unknown as InternalSessionRpc;
  try {
    return (await factory.pauseAtCheckpoint(checkpoint)).action;
  } catch (error) {
    if (!(error instanceof ResponseError) || error.code !== METHOD_NOT_FOUND) throw error;
    const message = "This runtime cannot pause a factory: context.pause() needs 1.0.85 or newer.";
    throw new CopilotError("NOT_SUPPORTED", message, { cause: error });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
