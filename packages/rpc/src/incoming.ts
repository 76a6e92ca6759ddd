import { INTERNAL_ERROR, INVALID_PARAMS, REQUEST_CANCELLED, SERVER_BUSY } from "./codes.js";
import type { DiagnosticListener } from "./diagnostics.js";
import {
  createJSONRPCErrorResponse,
  createJSONRPCRequest,
  JSONRPCErrorException,
  type JSONRPCResponse,
  JSONRPCServer,
} from "./dispatcher.js";
import { ResponseError, RpcError, TimeoutError, ValidationError } from "./errors.js";
import type { Chain, IncomingMessage } from "./interceptors.js";
import type { MessageId } from "./message.js";
import { type RequestContext, RunningRequest, type SendProgress } from "./running-request.js";
import { timerMs } from "./timers.js";
import { type HandlerTracing, traceHandler } from "./tracing.js";

/**
 * Answers a request. A {@link ResponseError} that it throws goes to the caller as it is; of any
 * other error the caller learns only that there was one.
 */
export type RequestHandler = (params: unknown, context: RequestContext) => unknown;

/** What a {@link RequestServer} needs of its connection. */
export interface RequestServerOptions extends HandlerTracing {
  readonly report: DiagnosticListener;
  /** Handlers that may run at once; further requests are refused with -32000. */
  readonly maxRunning: number;
  /** Longest run of a handler, in milliseconds; undefined for any. */
  readonly handlerTimeoutMs: number | undefined;
  /** Whether a request that its caller cancelled is answered. */
  readonly answersCancelled: boolean;
  /** What stands around each handler. */
  readonly chain: Chain<IncomingMessage> | undefined;
  readonly sendProgress: SendProgress;
  /** Writes a message as JSON. */
  write(message: object): string;
}

type Answer = PromiseLike<JSONRPCResponse | null>;

/** Runs the handler of each incoming request and makes its answer. */
export class RequestServer {
  readonly #server = new JSONRPCServer<RunningRequest>({
    // Handler errors are reported below, with their method; nothing else can throw in there.
    errorListener: () => {},
  });
  /** Requests that wait for their answers. */
  readonly #running = new Set<RunningRequest>();
  /** Handlers at work, also those that ran over their time and were answered for. */
  #atWork = 0;
  readonly #options: RequestServerOptions;

  constructor(options: RequestServerOptions) {
    this.#options = options;
  }

  /**
   * Registers the handler of a method; the result removes it.
   *
   * @throws {@link RpcError} with code `DUPLICATE_HANDLER` if the method has one.
   */
  on(method: string, handler: RequestHandler): () => void {
    if (this.has(method)) {
      throw new RpcError("DUPLICATE_HANDLER", `${method} has a handler already`);
    }
    this.#server.addMethod(method, async (params, request) => {
      this.#atWork++;
      try {
        return await this.#run(handler, params, request);
      } catch (error) {
        throw this.#toAnswer(request, error);
      } finally {
        this.#atWork--;
      }
    });
    let removed = false;
    return () => {
      // The method may have another handler by now.
      if (!removed) this.#server.removeMethod(method);
      removed = true;
    };
  }

  /** Whether a method has a handler. */
  has(method: string): boolean {
    return this.#server.hasMethod(method);
  }

  /**
   * Runs the handler of a request of a method that has one. Never rejects.
   *
   * @returns The answer as JSON, or undefined when there is none: the connection ended meanwhile, or
   * the caller cancelled and the protocol has cancelled requests unanswered.
   */
  // The handler starts before this returns, so that handlers run in order of arrival.
  async answer(id: MessageId, method: string, params: unknown): Promise<string | undefined> {
    const options = this.#options;
    if (this.#atWork >= options.maxRunning) {
      return options.write(
        createJSONRPCErrorResponse(id, SERVER_BUSY, "Too many requests are open"),
      );
    }
    const request = new RunningRequest(id, method, params, options.sendProgress);
    this.#running.add(request);
    const served = this.#server.receive(createJSONRPCRequest(id, method, params), request);
    const answer = await this.#inTime(request, served);
    // Taken out already when the connection ended.
    if (!this.#running.delete(request)) return undefined;
    const cancelled = request.reason?.code === "REQUEST_CANCELLED";
    if (cancelled && !options.answersCancelled) return undefined;
    try {
      return options.write(answer!);
    } catch (error) {
      const { code, message, data } = this.#toAnswer(request, error);
      return options.write(createJSONRPCErrorResponse(id, code, message, data));
    }
  }

  /** Tells the handler of a request that its caller does not wait any more. */
  cancel(id: MessageId): void {
    // A search, but cancelling is rare, and an index would cost every request.
    for (const request of this.#running) {
      if (request.id === id) {
        request.abort(new RpcError("REQUEST_CANCELLED", `${request.method} was cancelled`));
      }
    }
  }

  /** Tells every running handler, and the app, that nobody waits for it any more. */
  abortAll(reason: RpcError): void {
    const requests = [...this.#running];
    this.#running.clear();
    for (const request of requests) {
      clearTimeout(request.timer);
      request.abort(reason);
      this.#options.report({ kind: "lostAnswer", method: request.method, id: request.id });
    }
  }

  #run(handler: RequestHandler, params: unknown, request: RunningRequest): unknown {
    const { chain } = this.#options;
    const { id, method } = request;
    const run = (given: unknown, context: RequestContext) =>
      traceHandler(this.#options, method, given, id, () => handler(given, context));
    if (!chain) return run(params, request);
    const message = { kind: "request", method, params, context: request } as const;
    return chain(message, async (next) => run(next.params, next.context ?? request));
  }

  /** Answers with an error in place of a handler that runs over its time. */
  #inTime(request: RunningRequest, served: Answer): Answer {
    const { handlerTimeoutMs, report } = this.#options;
    if (handlerTimeoutMs === undefined) return served;
    const { id, method } = request;
    return new Promise((resolve) => {
      let late = false;
      request.timer = setTimeout(() => {
        late = true;
        const error = new TimeoutError(method, handlerTimeoutMs, "HANDLER_TIMEOUT");
        request.abort(error);
        report({ kind: "handlerError", method, error });
        const text = `The handler of ${method} took too long`;
        resolve(createJSONRPCErrorResponse(id, INTERNAL_ERROR, text));
      }, timerMs(handlerTimeoutMs));
      void served.then((answer) => {
        clearTimeout(request.timer);
        if (late) report({ kind: "lostAnswer", method, id });
        resolve(answer);
      });
    });
  }

  /** Keeps messages and stacks of unexpected errors on this side: they may hold secrets. */
  #toAnswer(request: RunningRequest, error: unknown): JSONRPCErrorException {
    const { method, reason } = request;
    if (reason && (error === reason || (error as Error | undefined)?.cause === reason)) {
      // It stopped because it was told to, which is no failure.
      return new JSONRPCErrorException(reason.message, REQUEST_CANCELLED);
    }
    if (error instanceof ResponseError) {
      return new JSONRPCErrorException(error.message, error.code, error.data);
    }
    this.#options.report({ kind: "handlerError", method, error });
    const own = error instanceof ValidationError && error.subject === method;
    if (own && error.code === "INVALID_PARAMS") {
      return new JSONRPCErrorException(error.message, INVALID_PARAMS);
    }
    return new JSONRPCErrorException(`The handler of ${method} failed`, INTERNAL_ERROR);
  }
}
