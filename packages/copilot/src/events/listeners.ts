/** Told of what a listener threw, so that it reaches neither the caller nor other listeners. */
export type ListenerErrorHandler = (error: unknown) => void;

/** Functions that are called, in the order they were added, with each value that is emitted. */
export class Listeners<T> {
  #listeners: readonly ((value: T) => void)[] = [];
  readonly #onError: ListenerErrorHandler;

  constructor(onError: ListenerErrorHandler) {
    this.#onError = onError;
  }

  /** Whether nobody listens. */
  get empty(): boolean {
    return this.#listeners.length === 0;
  }

  /** Adds a listener; the result removes it. */
  add(listener: (value: T) => void): () => void {
    // Lists are replaced, not changed, so listeners may come and go while one is emitted to; and
    // a listener that was added twice is removed once.
    const own = (value: T) => listener(value);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  /** Calls every listener with the value. */
  emit(value: T): void {
    for (const listener of this.#listeners) {
      try {
        const outcome: unknown = listener(value);
        if (isObject(outcome)) Promise.resolve(outcome).catch(this.#onError);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** Whether a value may be a promise: one of another realm is no `Promise`, and a thenable is none. */
function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
