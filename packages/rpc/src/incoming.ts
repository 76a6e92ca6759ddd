import {
  createJSONRPCErrorResponse,
  createJSONRPCRequest,
  JSONRPCErrorException,
  type JSONRPCResponse,
  JSONRPCServer,
} from "json-rpc-2.0";
import type { DiagnosticListener } from "./diagnostics.js";
import { ResponseError, RpcError, ValidationError } from "./errors.js";
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  type MessageId,
  SERVER_BUSY,
} from "./message.js";
import { type RequestContext, RunningRequest } from "./running-request.js";

/**
 * Answers a request. A {@link ResponseError} that it throws goes to the caller as it is; of any
 * other error the caller learns only that there was one.
 */
export type RequestHandler = (params: unknown, context: RequestContext) => unknown;

/** What a {@link RequestServer} needs of its peer. */
export interface RequestServerOptions {
  readonly report: DiagnosticListener;
  /** Handlers that may run at once; further requests are refused with -32000. */
  readonly maxRunning: number;
  /** Writes a message as JSON. */
  readonly write: (message: JSONRPCResponse) => string;
}

/** Finds the handler of each incoming request and makes its answer. */
export class RequestServer {
  readonly #server = new JSONRPCServer<RunningRequest>({
    // Handler errors are reported below, with their method; nothing else can throw in there.
    errorListener: () => {},
  });
  readonly #running = new Set<RunningRequest>();
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
    if (this.#server.hasMethod(method)) {
      throw new RpcError("DUPLICATE_HANDLER", `${method} has a handler already`);
    }
    this.#server.addMethod(method, async (params, request) => {
      try {
        return await handler(params, request);
      } catch (error) {
        throw this.#toAnswer(method, error);
      }
    });
    return () => this.#server.removeMethod(method);
  }

  /**
   * Runs the handler of a request. Never rejects.
   *
   * @returns The answer as JSON, or undefined when the connection ended meanwhile.
   */
  async answer(id: MessageId, method: string, params: unknown): Promise<string | undefined> {
    const { report, maxRunning, write } = this.#options;
    if (!this.#server.hasMethod(method)) {
      report({ kind: "unknownRequest", method, params });
      return write(createJSONRPCErrorResponse(id, METHOD_NOT_FOUND, `Unhandled method ${method}`));
    }
    if (this.#running.size >= maxRunning) {
      return write(createJSONRPCErrorResponse(id, SERVER_BUSY, "Too many requests are open"));
    }
    const request = new RunningRequest(method);
    this.#running.add(request);
    const answer = await this.#server.receive(createJSONRPCRequest(id, method, params), request);
    this.#running.delete(request);
    if (request.aborted) {
      report({ kind: "lostAnswer", method, id });
      return undefined;
    }
    try {
      return write(answer!);
    } catch (error) {
      const { code, message, data } = this.#toAnswer(method, error);
      return write(createJSONRPCErrorResponse(id, code, message, data));
    }
  }

  /** Tells every running handler that nobody waits for it any more. */
  abortAll(reason: RpcError): void {
    for (const request of this.#running) request.abort(reason);
  }

  /** Keeps messages and stacks of unexpected errors on this side: they may hold secrets. */
  #toAnswer(method: string, error: unknown): JSONRPCErrorException {
    if (error instanceof ResponseError) {
      return new JSONRPCErrorException(error.message, error.responseCode, error.data);
    }
    this.#options.report({ kind: "handlerError", method, error });
    if (error instanceof ValidationError && error.code === "INVALID_PARAMS") {
      return new JSONRPCErrorException(error.message, INVALID_PARAMS);
    }
    return new JSONRPCErrorException(`The handler of ${method} failed`, INTERNAL_ERROR);
  }
}
