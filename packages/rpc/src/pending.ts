import { onAbort } from "./abort.js";
import type { CancelledCall } from "./cancel.js";
import { AbortedError, ResponseError, RpcError, TimeoutError } from "./errors.js";
import { Inactivity } from "./inactivity.js";
import { type ResponseMessage, toErrorAnswer } from "./message.js";
import type { HeldMessage } from "./outbox.js";
import { timerMs } from "./timers.js";

/** How one call may end early. */
export interface CallOptions {
  /**
   * Aborts the wait. The call rejects with `CALL_ABORTED`; the other side is told if the peer has
   * the option `cancel`.
   */
  readonly signal?: AbortSignal;
  /**
   * Longest wait for the answer, in milliseconds, at most about 24 days. Default: none. The call
   * rejects with `CALL_TIMEOUT`.
   */
  readonly timeoutMs?: number;
  /**
   * Longest silence while the call waits, in milliseconds: nothing at all arrived from the other
   * side, neither answers nor events. Default: none. The call rejects with `CALL_INACTIVE`.
   */
  readonly inactivityMs?: number;
}

/** One call that waits for its answer. */
export interface PendingCall {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Applied to the result before the call settles; what it throws rejects the call. */
  readonly decode?: ((result: unknown) => unknown) | undefined;
  /** The request, while the transport is full. */
  held?: HeldMessage | undefined;
  release?: () => void;
}

/** Told of a call that was given up, and of its request if that was held back. */
export type OnCancel = (cancelled: CancelledCall, held: HeldMessage | undefined) => void;

/** The calls of one connection that wait for their answers. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();
  readonly #limit: number;
  readonly #inactivity = new Inactivity();
  readonly #onCancel: OnCancel;
  #lastId = 0;
  #late = 0;

  /**
   * @param limit - Most calls that may wait at once.
   * @param onCancel - Called when a call was given up before its answer.
   */
  constructor(limit: number, onCancel: OnCancel) {
    this.#limit = limit;
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
    return Number.isInteger(id) && (id as number) > 0 && (id as number) <= this.#lastId;
  }

  /** The id that the next call gets. */
  nextId(): number {
    return ++this.#lastId;
  }

  /**
   * Adds a call.
   *
   * @throws {@link RpcError} with code `TOO_MANY_PENDING` at the limit, and {@link AbortedError}
   * when the signal is aborted already.
   */
  add(id: number, call: PendingCall, options: CallOptions | undefined): void {
    if (this.#calls.size >= this.#limit) {
      throw new RpcError("TOO_MANY_PENDING", `${this.#limit} calls wait for answers already`);
    }
    if (options) this.#limitCall(id, call, options);
    this.#calls.set(id, call);
  }

  #limitCall(id: number, call: PendingCall, options: CallOptions): void {
    const { signal, timeoutMs, inactivityMs } = options;
    if (signal?.aborted) throw new AbortedError(call.method, signal.reason);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => this.#cancel(id, new TimeoutError(call.method, timeoutMs)),
            timerMs(timeoutMs),
          );
    const unwatch =
      inactivityMs === undefined
        ? undefined
        : this.#inactivity.watch(inactivityMs, () =>
            this.#cancel(id, new TimeoutError(call.method, inactivityMs, "CALL_INACTIVE")),
          );
    const ignore =
      signal &&
      onAbort(signal, () => this.#cancel(id, new AbortedError(call.method, signal.reason)));
    if (!timer && !unwatch && !ignore) return;
    call.release = () => {
      clearTimeout(timer);
      unwatch?.();
      ignore?.();
    };
  }

  #cancel(id: number, error: RpcError): void {
    const call = this.#take(id);
    if (!call) return;
    call.reject(error);
    this.#onCancel({ id, method: call.method, error }, call.held);
  }

  #take(id: unknown): PendingCall | undefined {
    const call = this.#calls.get(id as number);
    if (!call) return undefined;
    this.#calls.delete(id as number);
    call.release?.();
    return call;
  }

  /**
   * Settles the call that a message answers.
   *
   * @returns False when no call waits for it.
   */
  settle(message: ResponseMessage): boolean {
    const call = this.#take(message.id);
    if (!call) {
      if (this.issued(message.id)) this.#late++;
      return false;
    }
    if (message.error != null) {
      call.reject(new ResponseError(toErrorAnswer(message.error), call.method));
    } else if (call.decode) {
      try {
        call.resolve(call.decode(message.result));
      } catch (error) {
        call.reject(error);
      }
    } else {
      call.resolve(message.result);
    }
    return true;
  }

  /** Rejects one call; returns whether it waited. */
  fail(id: unknown, error: RpcError): boolean {
    const call = this.#take(id);
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
