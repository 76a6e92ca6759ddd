/** How many requests are remembered, so that a late copy of one is not worked on again. */
const REMEMBERED = 1_000;
/** How many answers are kept at most. */
const KEPT_ANSWERS = 256;

type RequestState<Answer> =
  | {
      readonly kind: "open";
      readonly stop: AbortController;
      readonly settled: AbortController;
      leave: Answer | undefined;
      /** Calls that end it if the server agrees, and that it has not answered yet. */
      readonly undecided: Set<Promise<void>>;
    }
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "settled" };

const SETTLED = { kind: "settled" } as const;

/** One request that is being worked on. */
export interface PendingRequest {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Fires when the work is to stop, though its answer may still count. */
  readonly stop: AbortSignal;
  /** Notes that the work is done. @returns Whether the answer is still waited for. */
  end(): Promise<boolean>;
  /** Notes that others are to answer it: this client gives no answer when it leaves, either. */
  leaveToOthers(): void;
}

/**
 * What a session's server asks of this client: each request is open, answered or settled.
 *
 * Each is worked on once. An answer is kept until the turn is over: a server that crashed may have
 * forgotten it, and gets it again under the same id. One that has it refuses the second copy.
 */
export class Requests<Answer> {
  readonly #states = new Map<string, RequestState<Answer>>();
  /** Requests of the connection itself, which end with it. */
  readonly #unnamed = new Set<AbortController>();
  /**
   * Notes that work on a request begins.
   *
   * @param leave - The answer if this client leaves meanwhile, where nobody else can give one.
   * @returns Undefined if it is known already.
   */
  begin(id: string, leave?: Answer): PendingRequest | undefined {
    if (this.#states.has(id)) return undefined;
    const state: Extract<RequestState<Answer>, { kind: "open" }> = {
      kind: "open",
      stop: new AbortController(),
      settled: new AbortController(),
      leave,
      undecided: new Set(),
    };
    this.#set(id, state);
    return {
      signal: state.settled.signal,
      stop: state.stop.signal,
      end: async () => {
        while (state.undecided.size > 0) await Promise.all(state.undecided);
        if (this.#states.get(id) !== state) return false;
        this.#set(id, SETTLED);
        return true;
      },
      leaveToOthers: () => {
        state.leave = undefined;
      },
    };
  }

  /** Notes that work on a request that has no id, and cannot come twice, begins. */
  beginUnnamed(): PendingRequest {
    const controller = new AbortController();
    this.#unnamed.add(controller);
    const { signal } = controller;
    const end = async () => {
      this.#unnamed.delete(controller);
      return !signal.aborted;
    };
    return { signal, stop: signal, end, leaveToOthers: () => {} };
  }

  /** Keeps the answer to a request. */
  answer(id: string, answer: Answer): void {
    this.#set(id, { kind: "answered", answer });
    const answered = this.answered();
    if (answered.length > KEPT_ANSWERS) this.#set((answered[0] as [string, Answer])[0], SETTLED);
  }

  /** Whether a request is worked on, left to the app, or answered and not forgotten. */
  willAnswer(id: string): boolean {
    const kind = this.#states.get(id)?.kind;
    return kind === "open" || kind === "answered";
  }

  /** The answers that are kept, oldest first. */
  answered(): [id: string, answer: Answer][] {
    const kept: [string, Answer][] = [];
    for (const [id, state] of this.#states) {
      if (state.kind === "answered") kept.push([id, state.answer]);
    }
    return kept;
  }

  /** The answers to what is open that are given when this client leaves. */
  leaving(): Answer[] {
    return [...this.#states.values()].flatMap((state) =>
      state.kind === "open" && state.leave !== undefined ? [state.leave] : [],
    );
  }

  /** Notes that a request was settled, by this client or another one. Its answer stays kept. */
  settle(id: string, reason: unknown): void {
    const state = this.#states.get(id);
    if (state?.kind === "answered") return;
    this.#set(id, SETTLED);
    if (state?.kind !== "open") return;
    state.stop.abort(reason);
    state.settled.abort(reason);
  }

  /** Notes that the turn is over: the server has written down what was answered in it. */
  forgetAnswers(): void {
    for (const [id] of this.answered()) this.#set(id, SETTLED);
  }

  /** Settles every request and forgets every answer; new ones may come. */
  settleAll(reason: unknown): void {
    this.settleUnnamed(reason);
    this.settleNamed(reason);
  }

  /** Settles the requests that end with the connection that brought them. */
  settleUnnamed(reason: unknown): void {
    for (const controller of this.#unnamed) controller.abort(reason);
    this.#unnamed.clear();
  }

  /** Settles the requests that outlive a connection. */
  settleNamed(reason: unknown): void {
    this.forgetAnswers();
    for (const [id, { kind }] of this.#states) if (kind === "open") this.settle(id, reason);
  }

  /**
   * Tells all handlers to stop, and settles their requests once the server has agreed. It cannot
   * agree before the requests of the connection are answered, so those end at once. Requests that
   * come meanwhile are those of the next turn, which a native server may work on before it agrees.
   *
   * @param agreed - Settles with the server's word: whether it agreed. Must not reject.
   */
  stop(reason: unknown, agreed: Promise<boolean>): void {
    this.settleUnnamed(reason);
    for (const [id, state] of this.#states) {
      if (state.kind !== "open") continue;
      const decided = agreed.then((yes) => {
        if (yes) this.settle(id, reason);
        state.undecided.delete(decided);
      });
      state.undecided.add(decided);
      state.stop.abort(reason);
    }
  }

  /** Lets settled requests come again: a server that lost its memory may ask once more. */
  forgetSettled(): void {
    for (const [id, { kind }] of this.#states) if (kind === "settled") this.#states.delete(id);
  }

  #set(id: string, state: RequestState<Answer>): void {
    this.#states.set(id, state);
    if (this.#states.size <= REMEMBERED) return;
    for (const [oldest, { kind }] of this.#states) {
      if (kind !== "settled") continue;
      this.#states.delete(oldest);
      break;
    }
  }
}
