import type {
  ClientSessionHandlers,
  FactoryAbortRequest,
  FactoryExecuteRequest,
  FactoryExecuteResult,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import { INTERNAL_ERROR, INVALID_PARAMS, onAbort, ResponseError } from "@stubwright/rpc/internal";
import { bodyOf, type FactoryHandle } from "./handle.js";
import { checkJson } from "./json-result.js";
import { insideRun } from "./nesting.js";
import { createContext } from "./run-context.js";

/** What the factories of a session are run with. */
export interface FactoryHost {
  readonly factories: readonly FactoryHandle[];
  readonly rpc: SessionRpc;
  /** What the app has of the session. */
  readonly session: unknown;
  /** Aborted when the session is over. */
  readonly closed: AbortSignal;
  /** Told of what the body of a factory throws. */
  onError(source: string, error: unknown): void;
}

/** Runs the factories of one session when its server says so. */
export class FactoryRuns {
  readonly #host: FactoryHost;
  /** Attempts at work, by their tokens. */
  readonly #attempts = new Map<string, { runId: string; abort: AbortController }>();

  constructor(host: FactoryHost) {
    this.#host = host;
  }

  /** The handlers of the server's requests. */
  readonly handlers: NonNullable<ClientSessionHandlers["factory"]> = {
    execute: (request) => this.#execute(request),
    abort: (request) => this.#abort(request),
  };

  async #execute(request: FactoryExecuteRequest): Promise<FactoryExecuteResult> {
    const { name, runId, executionToken } = request;
    const { factories, closed, rpc, session } = this.#host;
    const body = bodyOf(factories.find(({ meta }) => meta.name === name));
    if (!body) {
      const message = `No factory registered with name ${JSON.stringify(name)}`;
      const data = { code: "factory_not_found", name };
      throw new ResponseError({ code: INVALID_PARAMS, message, data });
    }
    const abort = new AbortController();
    this.#attempts.set(executionToken, { runId, abort });
    const unwatch = onAbort(closed, () => abort.abort(closed.reason));
    if (closed.aborted) abort.abort(closed.reason);
    const { signal } = abort;
    const { context, flush } = createContext({ request, rpc, session, signal });
    try {
      const result = await insideRun(runId, async () => body(context as never));
      await flush();
      return result === undefined ? {} : { result: checkJson("Factory result", result) };
    } catch (error) {
      if (!signal.aborted) this.#host.onError(`factory ${name}`, error);
      throw toAnswer(error);
    } finally {
      unwatch();
      this.#attempts.delete(executionToken);
    }
  }

  /** Servers before 1.0.85 name the run alone. */
  #abort({ runId, executionToken }: Partial<FactoryAbortRequest>): Record<string, never> {
    for (const [token, attempt] of this.#attempts) {
      if (attempt.runId !== runId || (executionToken ?? token) !== token) continue;
      attempt.abort.abort(new DOMException("The factory run was aborted.", "AbortError"));
    }
    return {};
  }
}

function toAnswer(error: unknown): ResponseError {
  if (error instanceof ResponseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ResponseError({ code: INTERNAL_ERROR, message });
}
