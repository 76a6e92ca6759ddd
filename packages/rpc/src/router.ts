import { createJSONRPCErrorResponse } from "json-rpc-2.0";
import type { CancelProtocol } from "./cancel.js";
import type { DiagnosticListener } from "./diagnostics.js";
import { FrameError, RpcError } from "./errors.js";
import type { OversizedFrame } from "./framing/framing.js";
import type { RequestServer } from "./incoming.js";
import {
  INVALID_REQUEST,
  isMessageId,
  isObject,
  isResponse,
  type MessageId,
  PARSE_ERROR,
  type ResponseMessage,
} from "./message.js";
import type { NotificationHandlers } from "./notifications.js";
import { readHead } from "./oversized.js";
import { parseBody } from "./parse.js";
import type { PendingCalls } from "./pending.js";

/** Where a {@link Router} sends what it reads. */
export interface Routes {
  readonly pending: PendingCalls;
  readonly server: RequestServer;
  readonly notifications: NotificationHandlers;
  readonly report: DiagnosticListener;
  readonly cancel: CancelProtocol | undefined;
  /** Most messages in a batch. */
  readonly maxBatch: number;
  /** Writes a message as JSON. */
  write(message: object): string;
  /** Whether the connection has ended, so that nothing more may be acted on. */
  ended(): boolean;
  /** Sends an answer. A courtesy may be dropped when the other side does not read. */
  reply(text: string, courtesy?: boolean): void;
}

/** The answer to come, a refusal, or undefined when the message asks for none. */
type Outcome = Promise<string | undefined> | string | undefined;

/** Reads incoming messages and sends each where it belongs, in order of arrival. */
export class Router {
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** Acts on the body of one frame. */
  receive(body: Buffer): void {
    let message: unknown;
    try {
      message = parseBody(body);
    } catch (error) {
      const refusal = this.#refuse(null, PARSE_ERROR, RpcError.from(error, "BAD_MESSAGE"), body);
      this.#send(refusal);
      return;
    }
    if (Array.isArray(message)) this.#receiveBatch(message, body);
    else this.#send(this.#dispatch(message, body));
  }

  /** Acts on a frame that is too large to be read: its call fails, or its request is refused. */
  oversized({ length, head }: OversizedFrame): void {
    const { pending } = this.#routes;
    const { id, answers } = readHead(head);
    const error = new FrameError("FRAME_TOO_LARGE", `A message of ${length} bytes is too large`);
    if (answers && pending.fail(id, error)) return;
    const request = answers === false ? id : undefined;
    this.#send(this.#refuse(request, INVALID_REQUEST, error, head));
  }

  #send(outcome: Outcome): void {
    if (typeof outcome === "string") this.#routes.reply(outcome, true);
    else if (outcome) {
      void outcome.then((answer) => {
        if (answer !== undefined) this.#routes.reply(answer);
      });
    }
  }

  #receiveBatch(batch: readonly unknown[], body: Buffer): void {
    const { maxBatch } = this.#routes;
    if (batch.length === 0) this.#send(this.#notAMessage(null, "an empty batch", body));
    else if (batch.length > maxBatch) {
      this.#send(this.#notAMessage(null, `a batch of more than ${maxBatch} messages`, body));
    } else void this.#answerBatch(batch, body);
  }

  async #answerBatch(batch: readonly unknown[], body: Buffer): Promise<void> {
    const outcomes = await Promise.all(batch.map((message) => this.#dispatch(message, body)));
    const answers = outcomes.filter((answer) => answer !== undefined);
    if (answers.length > 0) this.#routes.reply(`[${answers.join(",")}]`);
  }

  #dispatch(message: unknown, body: Buffer): Outcome {
    const routes = this.#routes;
    if (routes.ended()) return undefined;
    if (!isObject(message)) return this.#notAMessage(null, "not an object", body);
    const { id, method, params } = message;
    if (typeof method === "string") {
      if (id === undefined) return void this.#notify(method, params);
      if (isMessageId(id)) return routes.server.answer(id, method, params);
      return this.#notAMessage(null, "an id that is neither string nor number", body);
    }
    if (isResponse(message)) return void this.#settle(message);
    const to = isMessageId(id) ? id : null;
    if (method != null) return this.#notAMessage(to, "a method that is no string", body);
    const why = "no method, result or error";
    // An answer to one of our calls that says nothing must not leave that call waiting.
    const answers = routes.pending.fail(id, new RpcError("BAD_RESPONSE", `Not an answer: ${why}`));
    return this.#notAMessage(answers ? undefined : to, why, body);
  }

  #notify(method: string, params: unknown): void {
    const { cancel, server, notifications, report } = this.#routes;
    try {
      const id = cancel?.method === method ? cancel.requestId(params) : undefined;
      if (id === undefined) notifications.dispatch(method, params);
      else server.cancel(id);
    } catch (error) {
      report({ kind: "handlerError", method, error });
    }
  }

  #settle(message: ResponseMessage): void {
    const { pending, report } = this.#routes;
    if (pending.settle(message)) return;
    const { id, error } = message;
    const kind = pending.issued(id) ? "lateResponse" : "unknownResponse";
    report(error === undefined ? { kind, id } : { kind, id, error });
  }

  #notAMessage(id: MessageId | undefined, why: string, body: Buffer): string | undefined {
    const error = new RpcError("BAD_MESSAGE", `Not a JSON-RPC message: ${why}`);
    return this.#refuse(id, INVALID_REQUEST, error, body);
  }

  /** Reports a message that is none; returns the answer that says so, to whom it may concern. */
  #refuse(
    id: MessageId | undefined,
    code: number,
    error: RpcError,
    body: Buffer,
  ): string | undefined {
    this.#routes.report({ kind: "badMessage", error, excerpt: body.toString("utf8", 0, 120) });
    if (id === undefined) return undefined;
    return this.#routes.write(createJSONRPCErrorResponse(id, code, error.message));
  }
}
