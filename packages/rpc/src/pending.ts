import { onAbort } from "./abort.js";
import { type CallOptions, checkCallOptions } from "./call-options.js";
import type { CancelledCall } from "./cancel.js";
import { AbortedError, ResponseError, RpcError, TimeoutError } from "./errors.js";
import { Inactivity } from "./inactivity.js";
import { type ResponseMessage, toErrorAnswer } from "./message.js";
import { readTime } from "./options.js";
import type { HeldMessage } from "./outbox.js";
import type { ProgressKind } from "./progress.js";
import { timerMs } from "./timers.js";

/** One call that waits for its answer. */
export interface PendingCall {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Applied to the result before the call settles; what it throws rejects the call. */
  readonly decode: ((result: unknown) => unknown) | undefined;
  readonly options: CallOptions | undefined;
  /** The request, while the transport is full. */
  held?: HeldMessage | undefined;
  timer?: NodeJS.Timeout | undefined;
  release?: () => void;
}

/**
 * Told of a call that was given up, and of its request if that was held back.
 *
 * @returns Whether the other side was told.
 */
export type OnCancel = (cancelled: CancelledCall, held: HeldMessage | undefined) => boolean;

/** What became of an answer: `expected` are those of calls that were cancelled. */
export type Settled = "settled" | "expected" | "late" | "unknown";

/** How many cancelled calls are remembered until their answers come; some never do. */
const REMEMBERED = 10_000;

/** The calls of one connection that wait for their answers. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();
  readonly #limit: number;
  readonly #timeoutMs: number | undefined;
  readonly #inactivity = new Inactivity();
  readonly #onCancel: OnCancel;
  readonly #cancelled = new Set<number>();
  #lastId = 0;
  #late = 0;

  /**
   * @param limit - Most calls that may wait at once.
   * @param timeoutMs - The deadline of calls that name none; undefined for none.
   * @param onCancel - Called when a call was given up before its answer.
   */
  constructor(limit: number, timeoutMs: number | undefined, onCancel: OnCancel) {
    this.#limit = limit;
    this.#timeoutMs = timeoutMs;
    this.#onCancel = onCancel;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#calls.size;
  }

  /** How many answers came for calls that had been settled before. */
  get late(): number {
    return this.#late;
  }

  /** Something arrived from the other side. */
  heard(): void {
    this.#inactivity.heard();
  }

  /** Whether a call with this id was ever made. */
  issued(id: unknown): boolean {
    const number = toNumber(id);
    return number !== undefined && number > 0 && number <= this.#lastId;
  }

  /** The id that the next call gets. */
  nextId(): number {
    return ++this.#lastId;
  }

  /**
   * Adds a call.
   *
   * @throws {@link RpcError} with code `TOO_MANY_PENDING` at the limit, `INVALID_OPTION` for bad
   * options, and {@link AbortedError} when the signal is aborted already.
   */
  add(id: number, call: PendingCall): void {
    if (this.#calls.size >= this.#limit) {
      throw new RpcError("TOO_MANY_PENDING", `${this.#limit} calls wait for answers already`);
    }
    if (call.options) checkCallOptions(call.options);
    if (call.options || this.#timeoutMs !== undefined) this.#bound(id, call, call.options ?? {});
    this.#calls.set(id, call);
  }

  #bound(id: number, call: PendingCall, options: CallOptions): void {
    const { method } = call;
    const { signal } = options;
    const timeoutMs =
      options.timeoutMs === undefined ? this.#timeoutMs : readTime("timeoutMs", options.timeoutMs);
    const inactivityMs = readTime("inactivityMs", options.inactivityMs);
    if (signal?.aborted) throw new AbortedError(method, signal.reason);
    if (timeoutMs !== undefined) {
      const expire = () => this.#cancel(id, new TimeoutError(method, timeoutMs));
      call.timer = setTimeout(expire, timerMs(timeoutMs));
    }
    const unwatch =
      inactivityMs === undefined
        ? undefined
        : this.#inactivity.watch(inactivityMs, () =>
            this.#cancel(id, new TimeoutError(method, inactivityMs, "CALL_INACTIVE")),
          );
    const ignore =
      signal && onAbort(signal, () => this.#cancel(id, new AbortedError(method, signal.reason)));
    if (!call.timer && !unwatch && !ignore) return;
    call.release = () => {
      clearTimeout(call.timer);
      unwatch?.();
      ignore?.();
    };
  }

  #cancel(id: number, error: RpcError): void {
    const call = this.#take(id);
    if (!call) return;
    call.reject(error);
    const told = this.#onCancel({ id, method: call.method, error }, call.held);
    if (!told && error.code !== "CALL_ABORTED") return;
    this.#cancelled.add(id);
    if (this.#cancelled.size <= REMEMBERED) return;
    for (const oldest of this.#cancelled) {
      this.#cancelled.delete(oldest);
      break;
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    if (!call) return undefined;
    this.#calls.delete(id);
    call.release?.();
    return call;
  }

  /** Settles the call that a message answers, if one waits for it. */
  settle({ id, result, error }: ResponseMessage): Settled {
    const number = toNumber(id);
    const call = number === undefined ? undefined : this.#take(number);
    if (!call) {
      if (!this.issued(id)) return "unknown";
      this.#late++;
      return this.#cancelled.delete(number!) ? "expected" : "late";
    }
    if (error != null) {
      call.reject(new ResponseError(toErrorAnswer(error), call.method));
    } else if (call.decode) {
      try {
        call.resolve(call.decode(result));
      } catch (thrown) {
        call.reject(thrown);
      }
    } else {
      call.resolve(result);
    }
    return "settled";
  }

  /**
   * Hands a value of a call to its caller, and starts the call's deadline anew.
   *
   * @returns False when no call waits for it.
   */
  progress(id: number, kind: ProgressKind, value: unknown): boolean {
    const call = this.#calls.get(id);
    const { onProgress, onPartialResult } = call?.options ?? {};
    const listener = kind === "progress" ? onProgress : onPartialResult;
    if (!call || !listener) return false;
    call.timer?.refresh();
    listener(value);
    return true;
  }

  /** Rejects one call; returns whether it waited. */
  fail(id: unknown, error: RpcError): boolean {
    const number = toNumber(id);
    const call = number === undefined ? undefined : this.#take(number);
    call?.reject(error);
    return call !== undefined;
  }

  /** Rejects every call with the same error. */
  failAll(error: RpcError): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) {
      call.release?.();
      call.reject(error);
    }
  }
}

/** The id of one of our calls: a number, which some servers send back as a string. */
function toNumber(id: unknown): number | undefined {
  if (typeof id === "number") return Number.isInteger(id) ? id : undefined;
  if (typeof id !== "string") return undefined;
  const number = Number(id);
  return String(number) === id && Number.isInteger(number) ? number : undefined;
}
