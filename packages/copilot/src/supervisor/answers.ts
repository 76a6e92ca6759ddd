/** How many answers are kept at most. */
const KEPT = 256;

/**
 * Answers that were given to requests of the server and that it may not have written down yet:
 * after a crash they are given again, under the same request id. A server that has them refuses the
 * second copy, so that nothing is done twice.
 */
export class GivenAnswers<Answer> {
  readonly #answers = new Map<string, Answer>();

  /** Keeps an answer. */
  keep(requestId: string, answer: Answer): void {
    this.#answers.set(requestId, answer);
    if (this.#answers.size <= KEPT) return;
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest);
      break;
    }
  }

  /** Whether an answer of that request is kept. */
  has(requestId: string): boolean {
    return this.#answers.has(requestId);
  }

  /** Drops all: the turn is over, and the server has written it down. */
  clear(): void {
    this.#answers.clear();
  }

  /** All that are kept, oldest first. */
  list(): readonly (readonly [requestId: string, answer: Answer])[] {
    return [...this.#answers];
  }
}
