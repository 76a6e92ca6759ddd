import { runHandler } from "../callbacks/run-handler.js";
import type { TraceContext, TraceContextProvider } from "../options/tracing.js";

/** How long a provider may take, in milliseconds; after that the call is made without a trace. */
const TIMEOUT_MS = 5_000;

const SOURCE = "onGetTraceContext";
const NONE: TraceContext = {};
const NEVER = new AbortController().signal;

/** Asks the app for the trace contexts of its calls. */
export class TraceContexts {
  readonly #provider: TraceContextProvider | undefined;
  readonly #onError: (source: string, error: unknown) => void;
  #last: Promise<unknown> | undefined;

  constructor(
    provider: TraceContextProvider | undefined,
    onError: (source: string, error: unknown) => void,
  ) {
    this.#provider = provider;
    this.#onError = onError;
  }

  /**
   * The context of the call that is being made; none if the app fails to give one. What is asked for
   * first comes first, so that calls keep their order.
   */
  current(): TraceContext | Promise<TraceContext> {
    const provider = this.#provider;
    if (!provider) return NONE;
    const onLateError = this.#onError;
    const run = { source: SOURCE, timeoutMs: TIMEOUT_MS, signal: NEVER, onLateError };
    const given = runHandler(run, provider).then(toTraceContext);
    const safe = given.catch((error: unknown) => {
      this.#onError(SOURCE, error);
      return NONE;
    });
    const before = this.#last;
    const context = before ? before.then(() => safe) : safe;
    this.#last = context;
    return context;
  }
}

function toTraceContext(given: unknown): TraceContext {
  const { traceparent, tracestate } = (given ?? {}) as Record<string, unknown>;
  return {
    ...(typeof traceparent === "string" && traceparent !== "" && { traceparent }),
    ...(typeof tracestate === "string" && tracestate !== "" && { tracestate }),
  };
}
