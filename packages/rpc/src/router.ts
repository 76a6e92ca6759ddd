import { INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR } from "./codes.js";
import type { Diagnostics } from "./diagnostics.js";
import { FrameError, RpcError } from "./errors.js";
import type { OversizedFrame } from "./framing/framing.js";
import { excerpt } from "./framing/header.js";
import type { RequestServer } from "./incoming.js";
import {
  errorMessage,
  isMessageId,
  isObject,
  isResponse,
  type JsonObject,
  type MessageId,
  type ResponseMessage,
} from "./message.js";
import type { NotificationHandlers } from "./notifications.js";
import { readHead } from "./oversized.js";
import { parseBody } from "./parse.js";
import type { PeerOptions } from "./peer-options.js";
import type { PendingCalls } from "./pending.js";
import { readToken } from "./progress.js";
import { maskText } from "./secrets.js";
import { Turnstile } from "./turnstile.js";

/** The answer to come, a refusal, or undefined when the message asks for none. */
type Outcome = Promise<string | undefined> | string | undefined;

/** The connection whose messages a {@link Router} reads. */
export interface RoutedConnection {
  readonly options: PeerOptions;
  readonly pending: PendingCalls;
  readonly server: RequestServer | undefined;
  readonly notifications: NotificationHandlers;
  readonly report: Diagnostics["report"];
  /** Most messages in a batch. */
  readonly maxBatch: number;
  /** Whether all is over, so that nothing more may be acted on. */
  readonly closed: boolean;
  /** Looks at each incoming message before it is parsed; false drops it. */
  readonly accept: ((body: Buffer) => boolean) | undefined;
  /** Writes an answer as the text of a message. */
  readonly write: (answer: object) => string;
  /** Sends an answer; one that is a courtesy is dropped while the other side does not read. */
  reply(text: string, courtesy?: boolean): void;
  /** Called when the answers to all requests were sent. */
  allAnswered(): void;
}

/** Reads incoming messages and sends each where it belongs, in order of arrival. */
export class Router {
  readonly turnstile = new Turnstile();
  readonly #connection: RoutedConnection;
  #open = 0;
  #noise: string | undefined;

  constructor(connection: RoutedConnection) {
    this.#connection = connection;
  }

  /** Requests, and batches of them, whose answers have not been sent. */
  get open(): number {
    return this.#open;
  }

  /**
   * What came since the last message and is none, such as a banner or the reason why a program
   * exits: its first line, quoted; undefined if there was none.
   */
  get noise(): string | undefined {
    return this.#noise;
  }

  /** Acts on the body of one frame. */
  receive(body: Buffer): void {
    const { turnstile } = this;
    if (turnstile.holding) {
      turnstile.hold(() => this.receive(body));
      return;
    }
    const connection = this.#connection;
    // What is held is looked at when its turn comes: the code that runs before it may want it.
    if (!turnstile.answered && connection.accept?.(body) === false) return;
    let message: unknown;
    try {
      message = parseBody(body);
      this.#noise = undefined;
    } catch (error) {
      this.#keepNoise(body);
      const refusal = this.#refuse(null, PARSE_ERROR, RpcError.from(error, "BAD_MESSAGE"), body);
      this.#send(refusal);
      return;
    }
    if (Array.isArray(message)) this.#receiveBatch(message, body);
    else if (!turnstile.answered || this.#answers(message)) {
      this.#send(this.#dispatch(message, body));
    } else {
      turnstile.hold(() => {
        if (connection.accept?.(body) !== false) this.#send(this.#dispatch(message, body));
      });
    }
  }

  /** Acts on a frame that is too large to be read: its call fails, or its request is refused. */
  oversized({ length, head }: OversizedFrame): void {
    const { id, answers } = readHead(head);
    const error = new FrameError("FRAME_TOO_LARGE", `A message of ${length} bytes is too large`);
    if (answers && this.#connection.pending.fail(id, error)) {
      this.turnstile.noteAnswer();
      return;
    }
    const request = answers === false ? id : undefined;
    const refusal = this.#refuse(request, INVALID_REQUEST, error, head);
    if (request !== undefined) this.#send(refusal);
  }

  #send(outcome: Outcome): void {
    const connection = this.#connection;
    if (typeof outcome === "string") connection.reply(outcome, true);
    else if (outcome) {
      this.#open++;
      void outcome.then((answer) => {
        if (answer !== undefined) connection.reply(answer);
        this.#open--;
        if (this.#open === 0) connection.allAnswered();
      });
    }
  }

  #receiveBatch(batch: readonly unknown[], body: Buffer): void {
    const { maxBatch } = this.#connection;
    if (batch.length === 0) this.#send(this.#notAMessage(null, "an empty batch", body));
    else if (batch.length > maxBatch) {
      this.#send(this.#notAMessage(null, `a batch of more than ${maxBatch} messages`, body));
    } else this.#send(this.#answerBatch(batch, body));
  }

  async #answerBatch(batch: readonly unknown[], body: Buffer): Promise<string | undefined> {
    const outcomes = await Promise.all(batch.map((message) => this.#inTurn(message, body)));
    const answers = outcomes.filter((answer) => answer !== undefined);
    return answers.length > 0 ? `[${answers.join(",")}]` : undefined;
  }

  /** Dispatches a message of a batch, after what is held. */
  #inTurn(message: unknown, body: Buffer): Outcome {
    const { turnstile } = this;
    if (!turnstile.holding && (!turnstile.answered || this.#answers(message))) {
      return this.#dispatch(message, body);
    }
    return new Promise((resolve) => {
      turnstile.hold(() => resolve(this.#inTurn(message, body)));
    });
  }

  /** Whether a message settles a call, or would have. */
  #answers(message: unknown): boolean {
    return isObject(message) && (isResponse(message) || this.#answersNothing(message));
  }

  /** Whether a message answers one of our calls without saying anything: its result is undefined. */
  #answersNothing(message: JsonObject): message is JsonObject & ResponseMessage {
    return message.method == null && this.#connection.pending.issued(message.id);
  }

  #dispatch(message: unknown, body: Buffer): Outcome {
    const connection = this.#connection;
    if (connection.closed) return undefined;
    if (!isObject(message)) return this.#notAMessage(null, "not an object", body);
    const { id, method, params } = message;
    if (typeof method === "string") {
      if (id === undefined) return void this.#notify(method, params);
      if (isMessageId(id)) return this.#answer(id, method, params);
      return this.#notAMessage(null, "an id that is neither string nor number", body);
    }
    if (isResponse(message) || this.#answersNothing(message)) return void this.#settle(message);
    if (method != null) {
      const to = isMessageId(id) ? id : null;
      return this.#notAMessage(to, "a method that is no string", body);
    }
    // An id without a method may be of a call of either side, so an answer must not name it.
    return this.#notAMessage(null, "no method, result or error", body);
  }

  #answer(id: MessageId, method: string, params: unknown): Promise<string | undefined> {
    const { server, report, write } = this.#connection;
    if (server?.has(method)) return server.answer(id, method, params);
    report({ kind: "unknownRequest", method, params });
    return Promise.resolve(write(errorMessage(id, METHOD_NOT_FOUND, `Unhandled method ${method}`)));
  }

  #notify(method: string, params: unknown): void {
    const { options, server, notifications, report } = this.#connection;
    const { cancel } = options;
    try {
      const id = cancel?.method === method ? cancel.requestId(params) : undefined;
      if (id !== undefined) server?.cancel(id);
      else if (!this.#progress(method, params)) notifications.dispatch(method, params);
    } catch (error) {
      report({ kind: "handlerError", method, error });
    }
  }

  /** Hands progress to the call that it is of; false if it is of none of ours. */
  #progress(method: string, params: unknown): boolean {
    const { options, pending, notifications } = this.#connection;
    const { progress } = options;
    if (progress?.method !== method || !isObject(params)) return false;
    const token = readToken(params[progress.tokenMember]);
    if (!token) return false;
    if (pending.progress(token.id, token.kind, progress.value(params))) return true;
    // It crossed the end of its call, unless the other side has tokens of its own.
    return pending.issued(token.id) && !notifications.has(method);
  }

  #settle(message: ResponseMessage): void {
    const { pending, report } = this.#connection;
    const settled = pending.settle(message);
    if (settled === "settled") this.turnstile.noteAnswer();
    if (settled === "settled" || settled === "expected") return;
    const { id, error } = message;
    const kind = settled === "late" ? "lateResponse" : "unknownResponse";
    report(error === undefined ? { kind, id } : { kind, id, error });
  }

  #notAMessage(id: MessageId, why: string, body: Buffer): string | undefined {
    this.#keepNoise(body);
    const error = new RpcError("BAD_MESSAGE", `Not a JSON-RPC message: ${why}`);
    return this.#refuse(id, INVALID_REQUEST, error, body);
  }

  #keepNoise(body: Buffer): void {
    this.#noise ??= excerpt(body.toString("latin1", 0, 2048));
  }

  /** Reports a message that is none; returns the answer that says so, if a server is to send one. */
  #refuse(
    id: MessageId | undefined,
    code: number,
    error: RpcError,
    body: Buffer,
  ): string | undefined {
    const { options, report, write } = this.#connection;
    report({
      kind: "badMessage",
      error,
      excerpt: maskText(body.toString("utf8", 0, 2048)).slice(0, 120),
    });
    // Without an id nobody waits for it; to a server, such a line would be noise.
    if (id === undefined || (id === null && options.role !== "server")) return undefined;
    return write(errorMessage(id, code, error.message));
  }
}
