import type { SessionRpc } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { remaining, within } from "../deadline.js";
import { isUnknownSession } from "./forgotten-session.js";
import type { SessionState } from "./session-state.js";

/** What the calls of a session need of it. */
export interface CalledSession {
  state(): SessionState;
  /** Aborted when the session is over for this client. */
  readonly closed: AbortSignal;
  /** Its stubs on the current connection. */
  rpc(): SessionRpc;
  /** Resumes it after the server has forgotten it. */
  resumeForgotten(cause: Error): Promise<void>;
}

/** Makes the calls of one session, which wait for its restoring and resume it if it was forgotten. */
export class SessionCalls {
  readonly #session: CalledSession;

  constructor(session: CalledSession) {
    this.#session = session;
  }

  /**
   * Makes a call as {@link healed} does, once the session is restored if it is lost; otherwise in
   * the same tick.
   *
   * @param send - Makes it, with what is left of the caller's deadline.
   * @throws {@link CopilotError} `SESSION_CLOSED`, `SESSION_LOST`, and what the call throws.
   */
  async make<R>(
    options: CallOptions | undefined,
    send: (rpc: SessionRpc, rest: CallOptions | undefined) => Promise<R>,
  ): Promise<R> {
    const session = this.#session;
    session.closed.throwIfAborted();
    const rest = session.state().kind === "lost" ? await this.whenRestored(options) : options;
    return this.healed(rest, (left) => send(session.rpc(), left));
  }

  /**
   * Makes a call. If the server has forgotten the session, it is resumed and the call made again,
   * once.
   *
   * @throws {@link CopilotError} `SESSION_CLOSED`, `SESSION_LOST`, and what the call throws.
   */
  async healed<R>(
    options: CallOptions | undefined,
    send: (rest: CallOptions | undefined) => Promise<R>,
  ): Promise<R> {
    const { closed } = this.#session;
    const began = performance.now();
    try {
      return await send(options);
    } catch (error) {
      if (!isUnknownSession(error) || closed.aborted) throw error;
      const left = remaining(options, performance.now() - began);
      await within(this.#session.resumeForgotten(error), left, "session");
      closed.throwIfAborted();
      return send(remaining(options, performance.now() - began));
    }
  }

  /**
   * Waits until the session is restored, if it is lost.
   *
   * @returns What is left of the caller's deadline.
   */
  async whenRestored(options: CallOptions = {}): Promise<CallOptions> {
    const { closed } = this.#session;
    const state = this.#session.state();
    if (state.kind !== "lost") return options;
    const began = performance.now();
    await within(state.interruption.recovered, options, "session");
    closed.throwIfAborted();
    return remaining(options, performance.now() - began);
  }
}
