import type {
  SessionCapabilitiesReport,
  SessionEvent,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { ASKS, abortError, SessionCallbacks } from "../callbacks/session-callbacks.js";
import { remaining, within } from "../deadline.js";
import { SessionEvents } from "../events/session-events.js";
import type { UnreadEvent } from "../events/unread-events.js";
import type { ServerQuirks } from "../server-quirks.js";
import { SessionRecovery } from "../supervisor/session-recovery.js";
import type { SessionRolledBack } from "./rolled-back.js";
import { CopilotSession } from "./session.js";
import type { ResumeSessionConfig, SessionConfigBase } from "./session-config.js";
import { Turns } from "./turns/turns.js";

/** Types of events that a session itself reads. */
const READ: ReadonlySet<string> = new Set([...ASKS, "user.message", "capabilities.changed"]);

/** What a session needs of its client. */
export interface SessionHost {
  /** The session's calls; others after a restart. */
  rpc: SessionRpc;
  /** What the server's version asks for. */
  quirks: ServerQuirks;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told when a crash took something back. */
  onRolledBack(event: SessionRolledBack): void;
  /** Told when the session is over for this client. */
  onClosed(): void;
}

/** What the server says of a session that it opened. */
export interface OpenedSession {
  readonly workspacePath?: string | null;
  readonly capabilities?: SessionCapabilitiesReport | null;
}

/**
 * The client's side of one session: takes what the server sends, brings it to the handlers and
 * listeners of the app, and outlives the runtime. The app has its {@link CopilotSession}.
 */
export class SessionCore {
  readonly sessionId: string;
  /** What the app has of it. */
  readonly session: CopilotSession;
  readonly callbacks: SessionCallbacks;
  readonly events: SessionEvents;
  readonly turns: Turns = new Turns();
  readonly recovery: SessionRecovery = new SessionRecovery(this.turns);
  /** What the server said of the session. */
  opened: OpenedSession = {};
  /** The leave that the app is taking of it. */
  ending: Promise<void> | undefined;
  readonly #host: SessionHost;
  readonly #closed = new AbortController();
  #isOpened = false;

  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost) {
    this.sessionId = sessionId;
    this.session = new CopilotSession(this);
    this.#host = host;
    const onHandlerError = (source: string, error: unknown) => host.onHandlerError(source, error);
    const { recovery } = this;
    this.callbacks = new SessionCallbacks(config, {
      sessionId,
      get isLost() {
        return recovery.interruption !== undefined;
      },
      get rpc() {
        return host.rpc;
      },
      get quirks() {
        return host.quirks;
      },
      onHandlerError,
    });
    this.events = new SessionEvents((error) => onHandlerError("event handler", error));
    this.events.setFirst(config.onEvent);
  }

  /** The session's calls. */
  get rpc(): SessionRpc {
    return this.#host.rpc;
  }

  /** The settings in use. */
  get config(): SessionConfigBase {
    return this.callbacks.config;
  }

  /** Aborted when the session is over for this client. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Whether its runtime is gone and it waits to be brought back. */
  get isLost(): boolean {
    return this.recovery.interruption !== undefined;
  }

  /** Adds a listener of all events; the result removes it. */
  on(handler: (event: SessionEvent) => void): () => void {
    return this.events.onAll(handler);
  }

  /** Whether a call has to wait first, with {@link back}; others are sent in the same tick. */
  mustWait(): boolean {
    this.closed.throwIfAborted();
    return this.isLost;
  }

  /**
   * Waits until the session is back, if its runtime is being restarted.
   *
   * @returns What is left of the caller's deadline.
   */
  async back(options: CallOptions = {}): Promise<CallOptions> {
    const { interruption } = this.recovery;
    if (!interruption) return options;
    const began = performance.now();
    await within(interruption.recovered, options, "session");
    this.closed.throwIfAborted();
    return remaining(options, performance.now() - began);
  }

  /** Takes the answer of `session.create` or `session.resume`. */
  open(result: OpenedSession): void {
    this.opened = result;
    this.#isOpened = true;
    this.events.release();
  }

  /** The runtime is gone; a session that never was there ends by itself. */
  suspend(cause: Error): void {
    if (this.closed.aborted || !this.#isOpened || this.isLost) return;
    const interruption = this.recovery.suspend(cause);
    this.callbacks.suspend(cause);
    this.turns.interrupt(interruption);
  }

  /** A new runtime is there, on which the session is about to be resumed. */
  rebind(rpc: SessionRpc, quirks: ServerQuirks): void {
    this.#host.rpc = rpc;
    this.#host.quirks = quirks;
    this.recovery.rebind();
  }

  /** Whether a server may go on from a record with what it waited for. */
  canContinue(recorded: readonly SessionEvent[]): boolean {
    if ((this.config as ResumeSessionConfig).continuePendingWork === false) return false;
    return this.recovery.canContinue(recorded, (id) => this.callbacks.willAnswer(id));
  }

  /**
   * The session was resumed: hands out what was missed, and tells what was lost.
   *
   * @param known - The types of events that the app gets.
   * @param goesOn - Whether the server still waits for what it asked for.
   */
  recover(
    result: OpenedSession,
    recorded: readonly SessionEvent[],
    known: ReadonlySet<string>,
    goesOn: boolean,
  ): void {
    if (this.closed.aborted) return;
    const back = this.recovery.recover(recorded, goesOn);
    if (!back) return;
    this.opened = result;
    const { sessionId, callbacks } = this;
    const { rolledBack, missed, awaited, arrived } = back;
    if (rolledBack) this.#host.onRolledBack({ sessionId, ...rolledBack });
    const cutOff = goesOn ? undefined : abortError("The turn was cut off by a crash.");
    callbacks.recover(missed, awaited, cutOff);
    for (const event of missed) if (known.has(event.type)) this.#take(event);
    this.recovery.settle();
    for (const event of arrived) this.receive(event);
    callbacks.resume();
    back.end();
  }

  /** Takes other handlers: the session was resumed by the client that holds it. */
  configure(config: SessionConfigBase): void {
    this.callbacks.configure(config);
    this.events.setFirst(config.onEvent);
  }

  /** Ends the session on this side. */
  close(reason: Error): void {
    if (this.closed.aborted) return;
    this.callbacks.abort(reason);
    this.#closed.abort(reason);
    this.turns.close(reason);
    this.recovery.close();
    this.#host.onClosed();
  }

  /** Whether nobody reads events of a type. */
  leavesUnread(type: string): boolean {
    return (
      !this.recovery.isUnsure &&
      !READ.has(type) &&
      this.events.isUnread(type) &&
      !this.turns.isAwaited
    );
  }

  /** Takes an event that nobody reads. */
  passUnread(event: UnreadEvent): void {
    this.recovery.noteUnread(event);
    this.events.pass(event.id);
  }

  /** Takes an event of a known type. */
  receive(event: SessionEvent): void {
    if (!this.recovery.holds(event)) this.#take(event);
  }

  #take(event: SessionEvent): void {
    this.recovery.note(event);
    if (!this.events.receive(event)) return;
    this.callbacks.receive(event);
    this.turns.see(event, this.#host.quirks.namesMessages);
    if (event.type !== "capabilities.changed") return;
    const { capabilities } = this.opened;
    const ui = { ...capabilities?.ui, ...event.data.ui };
    this.opened = { ...this.opened, capabilities: { ...capabilities, ui } };
  }
}
