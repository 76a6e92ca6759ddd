import type { SessionRpc, SessionToolDefinition } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import { remaining, within } from "../deadline.js";
import { CopilotError } from "../errors.js";
import { endOnServer } from "./end-on-server.js";
import type { SessionEnd, SessionState, SessionStates } from "./session-state.js";

type Ending = Extract<SessionState, { kind: "ending" }>;

/** What ending a session needs of it. */
export interface EndedSession {
  /** Its calls. */
  rpc(): SessionRpc;
  /** Tells its handlers to stop; what they work on is settled if the server agrees. */
  stop(reason: Error, agreed: Promise<boolean>): void;
  /** Ends it on this side. */
  close(reason: Error, how: SessionEnd): void;
  /** The tools that the server keeps on offer when this client disconnects, unless told to drop them. */
  toolsToDrop(): readonly SessionToolDefinition[];
  /** Tells the server what becomes of this client's work, now that it has left the session to others. */
  left(): Promise<void>;
}

/** The ends that an app asks for of one session. */
export class SessionEnds {
  readonly #sessionId: string;
  readonly #states: SessionStates;
  readonly #session: EndedSession;

  constructor(sessionId: string, states: SessionStates, session: EndedSession) {
    this.#sessionId = sessionId;
    this.#states = states;
    this.#session = session;
  }

  /**
   * Ends the session on the server. The same end that is under way is shared; a destroy goes on over
   * a disconnect.
   */
  async end(how: SessionEnd, options: CallOptions = {}): Promise<void> {
    const state = this.#states.current;
    if (state.kind === "closed") {
      // What was left for others to go on with is destroyed after all.
      if (state.how === "disconnect" && how === "destroy") await this.#onServer(how, options);
      return;
    }
    if (state.kind === "lost") {
      this.#session.close(this.#reason(), how);
      return;
    }
    if (state.kind !== "ending" || (state.how === "disconnect" && how === "destroy")) {
      await this.#begin(how, options, state.kind === "ending" ? state : undefined);
      return;
    }
    const began = performance.now();
    await within(
      state.promise.catch(() => {}),
      options,
      how,
    );
    // What another caller gave up, or the server refused to it, is asked anew.
    await this.end(how, remaining(options, performance.now() - began));
  }

  #begin(how: SessionEnd, options: CallOptions, under: Ending | undefined): Promise<void> {
    const reason = this.#reason();
    const ending = this.#onServer(how, options);
    // Hooks are answered meanwhile: newer servers wait for that of the session's end.
    this.#session.stop(
      reason,
      ending.then(
        () => true,
        () => false,
      ),
    );
    const promise = ending.then(
      () => this.#session.close(reason, how),
      (error: unknown) => {
        this.#refused(promise);
        throw error;
      },
    );
    this.#states.take("ends", { kind: "ending", how, promise, under });
    return promise;
  }

  /** An end was refused, or given up: the one under it goes on, if it still does. */
  #refused(promise: Promise<void>): void {
    if (!this.#states.can("refused")) return;
    const others: Ending[] = [];
    let state: SessionState | undefined = this.#states.current;
    for (; state?.kind === "ending"; state = state.under) {
      if (state.promise !== promise) others.push(state);
    }
    const [top, under] = others;
    this.#states.take("refused", top ? { ...top, under } : { kind: "open" });
  }

  async #onServer(how: SessionEnd, options: CallOptions): Promise<void> {
    try {
      const session = this.#session;
      await endOnServer(session.rpc(), how, options, session.toolsToDrop());
      if (how === "disconnect") await session.left();
    } catch (error) {
      // A server that is gone has ended it.
      if (!(error instanceof ConnectionClosedError)) throw error;
    }
  }

  #reason(): CopilotError {
    return new CopilotError("SESSION_CLOSED", `Session ${this.#sessionId} was closed.`);
  }
}
