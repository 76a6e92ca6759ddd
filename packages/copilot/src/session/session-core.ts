import type {
  AbortRequest,
  SessionCapabilitiesReport,
  SessionEvent,
  SessionEventOf,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import { type CallOptions, ConnectionClosedError } from "@stubwright/rpc";
import { ASKS, abortError, SessionCallbacks } from "../callbacks/session-callbacks.js";
import { remaining, within } from "../deadline.js";
import { CopilotError } from "../errors.js";
import { HeldEvents } from "../events/held-events.js";
import { type SeenEvent, SeenEvents } from "../events/seen-events.js";
import { SessionEvents } from "../events/session-events.js";
import type { UnreadEvent } from "../events/unread-events.js";
import type { ServerQuirks } from "../server-quirks.js";
import { type ConfigChange, ConfigChanges } from "./config-changes.js";
import { endOnServer } from "./end-on-server.js";
import { isUnknownSession } from "./forgotten-session.js";
import { interrupt, type Recovered } from "./interruption.js";
import type { SessionRolledBack } from "./rolled-back.js";
import type { SessionConfigBase } from "./session-config.js";
import { type SessionEnd, type SessionState, SessionStates } from "./session-state.js";
import { Turns } from "./turns/turns.js";

/** Types of events that a session itself reads. */
const READ: ReadonlySet<string> = new Set([...ASKS, "user.message", "capabilities.changed"]);

const NONE: ReadonlySet<string> = new Set();

/** What a session needs of its client. */
export interface SessionHost {
  /** The session's calls; others after a restart. */
  rpc: SessionRpc;
  /** What the server's version asks for. */
  quirks: ServerQuirks;
  /** How many bytes of events the session may hold back. */
  readonly maxHeldBytes: number;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told once when a permission was asked for and no handler decides. */
  onPermissionHandlerMissing(sessionId: string): void;
  /** Told when a crash took something back. */
  onRolledBack(event: SessionRolledBack): void;
  /** Told when more events had to be held back than may be. */
  onEventsDropped(sessionId: string): void;
  /** Resumes a session that the server has forgotten; undefined if the app forbids it. */
  readonly resumeForgotten:
    | ((session: SessionCore, cause: CopilotError) => Promise<unknown>)
    | undefined;
  /** Told when the session is over for this client. */
  onClosed(): void;
}

/** What the server says of a session that it opened. */
export interface OpenedSession {
  readonly workspacePath?: string | null;
  readonly capabilities?: SessionCapabilitiesReport | null;
}

/** What a session that was lost learns of its record. */
export interface RestoredRecord extends Recovered {
  /** Recorded events that the app has not seen, in the order of the record. */
  readonly missed: readonly SessionEvent[];
  /** Events that it has seen and that are not recorded. */
  readonly forgotten: readonly SeenEvent[];
  /** Ids of the requests that the server still waits for. */
  readonly awaited: ReadonlySet<string>;
  /** Whether the server goes on with what it waited for. */
  readonly goesOn: boolean;
}

type Ending = Extract<SessionState, { kind: "ending" }>;

/**
 * The client's side of one session, and the owner of its state: brings what the server sends to the
 * app's handlers and listeners, and outlives the runtime. The app has a `CopilotSession`.
 */
export class SessionCore {
  readonly sessionId: string;
  readonly callbacks: SessionCallbacks;
  readonly events: SessionEvents;
  readonly seen: SeenEvents = new SeenEvents();
  readonly turns: Turns = new Turns();
  /** What the server said of the session. */
  opened: OpenedSession = {};
  readonly #host: SessionHost;
  readonly #states = new SessionStates();
  readonly #config: ConfigChanges;
  readonly #closed = new AbortController();

  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost) {
    this.sessionId = sessionId;
    this.#host = host;
    const onHandlerError = (source: string, error: unknown) => host.onHandlerError(source, error);
    const isLost = () => this.isLost;
    this.callbacks = new SessionCallbacks(config, {
      sessionId,
      get isLost() {
        return isLost();
      },
      get rpc() {
        return host.rpc;
      },
      get quirks() {
        return host.quirks;
      },
      onHandlerError,
      onPermissionHandlerMissing: () => host.onPermissionHandlerMissing(sessionId),
    });
    this.events = new SessionEvents(
      (error) => onHandlerError("event handler", error),
      this.holdEvents(),
    );
    this.#config = new ConfigChanges(config, (current) => this.#configure(current));
    this.events.setFirst(config.onEvent);
  }

  /** What becomes of the session. */
  get state(): SessionState {
    return this.#states.current;
  }

  /** The session's calls. */
  get rpc(): SessionRpc {
    return this.#host.rpc;
  }

  /** The settings in use. */
  get config(): SessionConfigBase {
    return this.#config.current;
  }

  /** Aborted when the session is over for this client. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Whether its runtime is gone and it waits to be restored. */
  get isLost(): boolean {
    return this.state.kind === "lost";
  }

  /** How the app ended it, if it did. */
  get endedBy(): SessionEnd | undefined {
    return this.state.kind === "closed" ? this.state.how : undefined;
  }

  /** A place for events that are to be handed out later. */
  holdEvents(): HeldEvents {
    const { maxHeldBytes } = this.#host;
    return new HeldEvents(maxHeldBytes, () => this.#host.onEventsDropped(this.sessionId));
  }

  /**
   * Makes a call, once the session is restored if it is lost; otherwise in the same tick. If the
   * server has forgotten the session, it is resumed and the call made again, once.
   *
   * @param send - Makes it, with what is left of the caller's deadline.
   * @throws {@link CopilotError} `SESSION_CLOSED`, `SESSION_LOST`, and what the call throws.
   */
  async call<R>(
    options: CallOptions | undefined,
    send: (rpc: SessionRpc, rest: CallOptions | undefined) => Promise<R>,
  ): Promise<R> {
    this.closed.throwIfAborted();
    const began = performance.now();
    const rest = this.isLost ? await this.restoredIn(options) : options;
    try {
      return await send(this.rpc, rest);
    } catch (error) {
      if (!isUnknownSession(error)) throw error;
      const left = remaining(options, performance.now() - began);
      await within(this.#resumeForgotten(error), left, "session");
      return send(this.rpc, remaining(options, performance.now() - began));
    }
  }

  async #resumeForgotten(cause: Error): Promise<void> {
    const message = `The server has forgotten session ${this.sessionId}: ${cause.message}`;
    const error = new CopilotError("SESSION_LOST", message, { cause });
    if (!this.#host.resumeForgotten) throw error;
    if (this.isLost) await this.restoredIn();
    else {
      this.lose(error);
      await this.#host.resumeForgotten(this, error);
    }
    this.closed.throwIfAborted();
  }

  /**
   * Waits until the session is restored, if it is lost.
   *
   * @returns What is left of the caller's deadline.
   */
  async restoredIn(options: CallOptions = {}): Promise<CallOptions> {
    const { state } = this;
    if (state.kind !== "lost") return options;
    const began = performance.now();
    await within(state.interruption.recovered, options, "session");
    this.closed.throwIfAborted();
    return remaining(options, performance.now() - began);
  }

  /** Takes the answer of `session.create` or `session.resume`. */
  open(result: OpenedSession): void {
    if (this.isLost) return;
    const { state } = this;
    this.#states.take("opened", state.kind === "ending" ? state : { kind: "open" });
    this.opened = result;
    this.events.release();
  }

  /** The runtime is gone, or has forgotten the session. */
  lose(cause: Error): void {
    if (!this.#states.can("lost")) return;
    const { interruption, end } = interrupt(cause);
    this.#states.take("lost", { kind: "lost", interruption, end, arrived: this.holdEvents() });
    this.callbacks.suspend(cause);
    this.turns.interrupt(interruption);
  }

  /** A new runtime is there, on which the session is about to be resumed. */
  rebind(rpc: SessionRpc, quirks: ServerQuirks): void {
    this.#host.rpc = rpc;
    this.#host.quirks = quirks;
    // A runtime that was lost while sessions were restored may have asked for something, and it does
    // not ask twice. What it recorded is in its record; what it did not record is forgotten.
    if (this.state.kind === "lost") this.state.arrived.keep(({ ephemeral }) => ephemeral === true);
  }

  /**
   * The session was resumed: hands out what was missed, and tells what was lost.
   *
   * @param record - What its record says; undefined if that could not be read.
   * @param known - The types of events that the app gets.
   */
  restored(
    result: OpenedSession,
    record: RestoredRecord | undefined,
    known: ReadonlySet<string>,
  ): void {
    const { state, sessionId, callbacks, seen, turns } = this;
    if (state.kind !== "lost") return;
    this.#states.take("restored", { kind: "open" });
    this.opened = result;
    const { missed = [], forgotten = [], awaited = NONE, goesOn, recorded } = record ?? {};
    const gap = seen.working;
    if (gap || forgotten.length > 0) {
      const promptRecorded = turns.last && recorded?.has(turns.last);
      this.#host.onRolledBack({ sessionId, events: forgotten, promptRecorded, gap });
    }
    const cutOff = goesOn ? undefined : abortError("The turn was cut off by a crash.");
    callbacks.recover(missed, awaited, cutOff);
    for (const event of missed) if (known.has(event.type)) this.#dispatch(event);
    seen.settle();
    for (const event of state.arrived.take()) this.receive(event);
    callbacks.resume();
    state.end({ recorded });
  }

  /** Takes other settings, as long as the server does not refuse them. */
  propose(config: SessionConfigBase): ConfigChange {
    return this.#config.propose(config);
  }

  /** Notes settings that the server has changed. */
  patchConfig(members: Partial<SessionConfigBase>): void {
    this.#config.patch(members);
  }

  /**
   * Aborts the turn. Handlers are told by their signals at once, since a server cannot stop while it
   * waits for a hook; what is open is settled when the server agrees.
   *
   * @throws {@link CopilotError} `SESSION_REFUSED` with the server's reason.
   */
  async abort(request: AbortRequest, options: CallOptions | undefined): Promise<void> {
    await this.call(options, async (rpc, rest) => {
      const aborting = rpc.abort(request, rest);
      const agreed = aborting.then(
        ({ success }) => success !== false,
        (error: unknown) => error instanceof ConnectionClosedError,
      );
      this.callbacks.requests.stop(abortError("The session was aborted."), agreed);
      const { success, error } = await aborting;
      if (success !== false) return;
      throw new CopilotError("SESSION_REFUSED", error ?? "The turn was not aborted.");
    });
  }

  /**
   * Ends the session on the server, for this client or for all. The same end that is under way is
   * shared; a destroy goes on over a disconnect.
   */
  async end(how: SessionEnd, options: CallOptions = {}): Promise<void> {
    const { state } = this;
    if (state.kind === "closed") return this.#endClosed(state, how, options);
    if (state.kind === "lost") return this.close(this.#endReason(), how);
    if (state.kind !== "ending" || (state.how === "disconnect" && how === "destroy")) {
      return this.#end(how, options, state.kind === "ending" ? state : undefined);
    }
    const began = performance.now();
    await within(
      state.promise.catch(() => {}),
      options,
      how,
    );
    // What another caller gave up, or the server refused to it, is asked anew.
    return this.end(how, remaining(options, performance.now() - began));
  }

  /** Ends the session on this side. */
  close(reason: Error, how?: SessionEnd): void {
    const before = this.state;
    if (!this.#states.can("closed")) return;
    this.#states.take("closed", { kind: "closed", reason, how });
    this.callbacks.requests.settleAll(reason);
    this.#closed.abort(reason);
    this.turns.close(reason);
    if (before.kind === "lost") before.end(undefined);
    this.#host.onClosed();
  }

  /** Whether nobody reads events of a type. */
  leavesUnread(type: string): boolean {
    return !this.isLost && !READ.has(type) && this.events.isUnread(type) && !this.turns.isAwaited;
  }

  /** Takes an event that nobody reads. */
  passUnread(event: UnreadEvent): void {
    this.seen.add(event);
  }

  /** Takes an event of a known type. */
  receive(event: SessionEvent): void {
    if (this.state.kind === "lost") this.state.arrived.push(event);
    else this.#dispatch(event);
  }

  /** The one way of an event: seen before? Then what it asks, whose turn it is, and who listens. */
  #dispatch(event: SessionEvent): void {
    if (!this.seen.add(event)) return;
    this.callbacks.receive(event);
    this.turns.see(event, this.#host.quirks.namesMessages);
    if (event.type === "capabilities.changed") this.#changeCapabilities(event);
    this.events.receive(event);
  }

  #changeCapabilities({ data }: SessionEventOf<"capabilities.changed">): void {
    const { capabilities } = this.opened;
    const ui = { ...capabilities?.ui, ...data?.ui };
    this.opened = { ...this.opened, capabilities: { ...capabilities, ui } };
  }

  #configure(config: SessionConfigBase): void {
    this.callbacks.configure(config);
    this.events.setFirst(config.onEvent);
  }

  #end(how: SessionEnd, options: CallOptions, under: Ending | undefined): Promise<void> {
    const reason = this.#endReason();
    const ending = endOnServer(this.rpc, how, options).catch((error: unknown) => {
      // A server that is gone has ended it.
      if (!(error instanceof ConnectionClosedError)) throw error;
    });
    // Hooks are answered meanwhile: newer servers wait for that of the session's end.
    this.callbacks.requests.stop(
      reason,
      ending.then(
        () => true,
        () => false,
      ),
    );
    const promise = ending.then(
      () => this.close(reason, how),
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
    const endings: Ending[] = [];
    let { state }: { state: SessionState | undefined } = this;
    for (; state?.kind === "ending"; state = state.under) {
      if (state.promise !== promise) endings.push(state);
    }
    if (!this.#states.can("refused")) return;
    const [top, under] = endings;
    this.#states.take("refused", top ? { ...top, under } : { kind: "open" });
  }

  async #endClosed(
    state: Extract<SessionState, { kind: "closed" }>,
    how: SessionEnd,
    options: CallOptions,
  ): Promise<void> {
    // What was left for others to go on with is destroyed after all.
    if (state.how !== "disconnect" || how !== "destroy") return;
    await endOnServer(this.rpc, how, options).catch((error: unknown) => {
      if (!(error instanceof ConnectionClosedError)) throw error;
    });
  }

  #endReason(): CopilotError {
    return new CopilotError("SESSION_CLOSED", `Session ${this.sessionId} was closed.`);
  }
}
