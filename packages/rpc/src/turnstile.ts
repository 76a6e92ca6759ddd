/**
 * Keeps the order of the wire in the program. A promise that was resolved runs its `await` later, in
 * a microtask, but handlers are called at once: a notification that comes right after an answer
 * would be handled before the code that awaits the answer. So what follows an answer is held until
 * no microtask is left. Answers alone, or notifications alone, are never held.
 */
export class Turnstile {
  #held: Array<() => void> = [];
  #answered = false;

  /** Whether a call was settled, so that code may be about to run that awaited it. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether something is held; what comes after must be held, too. */
  get holding(): boolean {
    return this.#held.length > 0;
  }

  /** A call was settled. */
  noteAnswer(): void {
    this.#answered = true;
  }

  /** Acts when the code that awaited answers has run, after all that is held already. */
  hold(act: () => void): void {
    // A tick that is asked for in a microtask comes when all microtasks are done, however long the
    // chain of awaits is.
    if (this.#held.push(act) === 1) queueMicrotask(() => process.nextTick(this.#release));
  }

  /** Acts after all that is held, or at once. */
  after(act: () => void): void {
    // What is held may hold itself again when its turn comes; this comes after that, too.
    if (this.holding) this.hold(() => this.after(act));
    else act();
  }

  /** Forgets what is held. */
  clear(): void {
    this.#held = [];
  }

  readonly #release = (): void => {
    this.#answered = false;
    const held = this.#held;
    this.#held = [];
    // Each may hold itself again, and then all after it do.
    for (const act of held) act();
  };
}
