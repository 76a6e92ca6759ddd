import { setImmediate } from "node:timers";
import type { SessionEvent, SessionEventOf, SessionEventType } from "@stubwright/copilot-protocol";
import type { HeldEvents } from "./held-events.js";
import { type ListenerErrorHandler, Listeners } from "./listeners.js";

/**
 * Brings the events of a session to its listeners. Until the app has had a chance to add
 * listeners, events are held back, so that none of the first ones is lost.
 */
export class SessionEvents {
  readonly #onError: ListenerErrorHandler;
  /** Made when needed, like the others: most sessions have none, and looking at it costs. */
  #all: Listeners<SessionEvent> | undefined;
  #first: Listeners<SessionEvent> | undefined;
  readonly #byType = new Map<string, Listeners<SessionEvent>>();
  #removeFirst: (() => void) | undefined;
  #held: HeldEvents | undefined;

  /**
   * @param onError - Told of what a listener threw.
   * @param held - Where events wait until {@link release}.
   */
  constructor(onError: ListenerErrorHandler, held: HeldEvents) {
    this.#held = held;
    this.#onError = onError;
  }

  /** Sets the listener that gets every event at once, also those that are held back. */
  setFirst(listener: ((event: SessionEvent) => void) | undefined): void {
    this.#removeFirst?.();
    if (listener) this.#first ??= new Listeners(this.#onError);
    this.#removeFirst = listener && this.#first?.add(listener);
  }

  /** Adds a listener of all events; the result removes it. */
  onAll(handler: (event: SessionEvent) => void): () => void {
    this.#all ??= new Listeners(this.#onError);
    return this.#all.add(handler);
  }

  /** Adds a listener of one type of events; the result removes it. */
  onType<T extends SessionEventType>(
    type: T,
    handler: (event: SessionEventOf<T>) => void,
  ): () => void {
    const listeners = this.#byType.get(type) ?? new Listeners<SessionEvent>(this.#onError);
    this.#byType.set(type, listeners);
    return listeners.add(handler as (event: SessionEvent) => void);
  }

  /** Whether nobody listens to events of a type, and nobody may be about to. */
  isUnread(type: string): boolean {
    if (this.#byType.get(type)?.empty === false || this.#held) return false;
    return (this.#all?.empty ?? true) && (this.#first?.empty ?? true);
  }

  /** Takes an event. */
  receive(event: SessionEvent): void {
    this.#first?.emit(event);
    if (this.#held) this.#held.push(event);
    else this.#emit(event);
  }

  /** Hands out what was held back, once the code that waits for the session has run. */
  release(): void {
    setImmediate(() => this.#release());
  }

  /** Hands out what was held back, now. */
  #release(): void {
    const held = this.#held?.take() ?? [];
    this.#held = undefined;
    for (const event of held) this.#emit(event);
  }

  #emit(event: SessionEvent): void {
    this.#all?.emit(event);
    this.#byType.get(event.type)?.emit(event);
  }
}
