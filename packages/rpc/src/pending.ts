import { AbortedError, ResponseError, RpcError, TimeoutError } from "./errors.js";
import { type ResponseMessage, toErrorAnswer } from "./message.js";

/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How one call may end early. */
export interface CallOptions {
  /** Aborts the wait; the other side is not told. The call rejects with `CALL_ABORTED`. */
  readonly signal?: AbortSignal;
  /**
   * Longest wait for the answer, in milliseconds, at most about 24 days. Default: none. The call
   * rejects with `CALL_TIMEOUT`.
   */
  readonly timeoutMs?: number;
}

/** One call that waits for its answer. */
export interface PendingCall {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Applied to the result before the call settles; what it throws rejects the call. */
  readonly decode?: ((result: unknown) => unknown) | undefined;
  /** Called when the call ends before its answer, so that it need not be sent any more. */
  onCancel?: () => void;
  release?: () => void;
}

/** The calls of one connection that wait for their answers. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();
  readonly #limit: number;
  #lastId = 0;
  #late = 0;

  /** @param limit - Most calls that may wait at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#calls.size;
  }

  /** How many answers came for calls that had been settled before. */
  get late(): number {
    return this.#late;
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

  #limitCall(id: number, call: PendingCall, { signal, timeoutMs }: CallOptions): void {
    if (signal?.aborted) throw new AbortedError(call.method, signal.reason);
    const abort = () => this.#cancel(id, new AbortedError(call.method, signal?.reason));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => this.#cancel(id, new TimeoutError(call.method, timeoutMs)),
            Math.min(timeoutMs, MAX_TIMER_MS),
          );
    if (signal) signal.addEventListener("abort", abort, { once: true });
    else if (!timer) return;
    call.release = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  }

  #cancel(id: number, error: RpcError): void {
    const call = this.#take(id);
    call?.onCancel?.();
    call?.reject(error);
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
