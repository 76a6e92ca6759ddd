import type {
  AbortRequest,
  SessionEvent,
  SessionEventOf,
  SessionRpc,
  SessionToolDefinition,
} from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import { ASKS, abortError, SessionCallbacks } from "../callbacks/session-callbacks.js";
import { CANVAS_EVENTS, OpenCanvases } from "../canvas/open-canvases.js";
import { CopilotError } from "../errors.js";
import { HeldEvents } from "../events/held-events.js";
import { SeenEvents } from "../events/seen-events.js";
import { SessionEvents } from "../events/session-events.js";
import type { UnreadEvent } from "../events/unread-events.js";
import type { TraceContext } from "../options/tracing.js";
import type { ServerQuirks } from "../server-quirks.js";
import { toToolDefinition } from "../tools/tools.js";
import { callbackHost } from "./callback-host.js";
import { type ConfigChange, ConfigChanges } from "./config-changes.js";
import { endOnServer } from "./end-on-server.js";
import { interrupt } from "./interruption.js";
import { LeftRequests } from "./left-requests.js";
import { SessionCalls } from "./session-calls.js";
import type { SessionConfigBase } from "./session-config.js";
import { SessionEnds } from "./session-ends.js";
import type { OpenedSession, RestoredRecord, SessionHost } from "./session-host.js";
import { type SessionEnd, type SessionState, SessionStates } from "./session-state.js";
import { failureOf } from "./turns/turn-effects.js";
import { Turns } from "./turns/turns.js";

/** Types of events that a session itself reads. */
const READ: ReadonlySet<string> = new Set([
  ...ASKS,
  ...CANVAS_EVENTS,
  "user.message",
  "capabilities.changed",
  "model.call_failure",
]);

const NONE: ReadonlySet<string> = new Set();

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
  readonly canvases: OpenCanvases = new OpenCanvases();
  readonly calls: SessionCalls;
  /** What the server waits for when the app has left the session. */
  readonly left: LeftRequests;
  /** What the server said of the session. */
  opened: OpenedSession = {};
  readonly #host: SessionHost<SessionCore>;
  readonly #states = new SessionStates();
  readonly #config: ConfigChanges;
  readonly #closed = new AbortController();
  readonly #ends: SessionEnds;

  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost<SessionCore>) {
    this.sessionId = sessionId;
    this.#host = host;
    this.callbacks = new SessionCallbacks(config, callbackHost(this, host));
    this.left = new LeftRequests(this.callbacks);
    this.calls = new SessionCalls({
      state: () => this.state,
      closed: this.closed,
      rpc: () => host.rpc,
      resumeForgotten: (cause) => this.#resumeForgotten(cause),
    });
    this.events = new SessionEvents(
      (error) => host.onHandlerError("event handler", error),
      this.holdEvents(),
    );
    this.#ends = new SessionEnds(sessionId, this.#states, {
      rpc: () => host.rpc,
      stop: (reason, agreed) => this.callbacks.requests.stop(reason, agreed),
      close: (reason, how) => this.close(reason, how),
      toolsToDrop: () => this.#toolsToDrop(),
      left: () => this.left.answer(this.rpc),
    });
    this.#config = new ConfigChanges(config, (current) => {
      this.callbacks.configure(current);
      this.events.setFirst(current.onEvent);
    });
    this.events.setFirst(config.onEvent);
  }

  /** What becomes of the session. */
  get state(): SessionState {
    return this.#states.current;
  }

  /** Where the call that is being made stands in the app's trace. */
  traceContext(): TraceContext | Promise<TraceContext> {
    return this.#host.traces.current();
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

  /** The events that are recorded of it, as JSON Lines, if it is this client that keeps them. */
  readRecord(): Promise<string | undefined> {
    return this.#host.readRecord();
  }

  /** A place for events that are to be handed out later. */
  holdEvents(): HeldEvents {
    const { maxHeldBytes } = this.#host;
    return new HeldEvents(maxHeldBytes, () => this.#host.onEventsDropped(this.sessionId));
  }

  async #resumeForgotten(cause: Error): Promise<void> {
    const message = `The server has forgotten session ${this.sessionId}: ${cause.message}`;
    const error = new CopilotError("SESSION_LOST", message, { cause });
    if (!this.#host.resumeForgotten) throw error;
    if (this.isLost) await this.calls.whenRestored();
    else {
      this.lose(error);
      await this.#host.resumeForgotten(this, error);
    }
  }

  /** Takes the answer of `session.create` or `session.resume`. */
  open(result: OpenedSession): void {
    if (this.isLost) return;
    const { state } = this;
    this.#states.take("opened", state.kind === "ending" ? state : { kind: "open" });
    this.opened = result;
    this.canvases.add(result.openCanvases);
    this.events.release();
  }

  /** The runtime is gone, or has forgotten the session. */
  lose(cause: Error): void {
    if (!this.#states.can("lost")) return;
    const { interruption, end } = interrupt(cause);
    this.#states.take("lost", { kind: "lost", interruption, end, arrived: this.holdEvents() });
    this.canvases.clear();
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
    this.canvases.add(result.openCanvases);
    const { missed = [], forgotten = [], awaited = NONE, goesOn, recorded } = record ?? {};
    const gap = seen.working;
    if (gap || forgotten.length > 0) {
      const promptRecorded = turns.last && recorded?.has(turns.last);
      this.#host.onRolledBack({ sessionId, events: forgotten, promptRecorded, gap });
    }
    const cutOff = goesOn ? undefined : abortError("The turn was cut off by a crash.");
    callbacks.recover(missed, awaited, cutOff);
    for (const event of missed) {
      // The requests that outlived a shutdown are those that the server waits for: see `recover`.
      if (known.has(event.type)) this.#dispatch(event, event.type !== "session.shutdown");
    }
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
    await this.calls.make(options, async (rpc, rest) => {
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

  /** Ends the session on the server, for this client or for all. */
  end(how: SessionEnd, options?: CallOptions): Promise<void> {
    return this.#ends.end(how, options);
  }

  /** Ends the session on this side. */
  close(reason: Error, how?: SessionEnd): void {
    const before = this.state;
    if (!this.#states.can("closed")) return;
    this.#states.take("closed", { kind: "closed", reason, how });
    if (before.kind === "lost" && how === "disconnect") this.left.owe();
    this.callbacks.requests.settleAll(reason);
    this.#closed.abort(reason);
    this.turns.close(reason);
    if (before.kind === "lost") before.end(undefined);
    this.#host.onClosed();
  }

  /** Ends the session on a server that it was resumed on while the app ended it. */
  async endLate(rpc: SessionRpc, options: CallOptions): Promise<void> {
    const { state } = this;
    const how = (state.kind === "closed" && state.how) || "disconnect";
    await endOnServer(rpc, how, options, this.#toolsToDrop());
  }

  #toolsToDrop(): readonly SessionToolDefinition[] {
    const { keepsToolsOfDisconnected } = this.#host.quirks;
    return (keepsToolsOfDisconnected && this.config.tools?.map(toToolDefinition)) || [];
  }

  /** Whether nobody reads events of a type. */
  leavesUnread(type: string): boolean {
    return !READ.has(type) && this.events.isUnread(type) && !this.isLost && !this.turns.isAwaited;
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
  #dispatch(event: SessionEvent, concernsRequests = true): void {
    if (!this.seen.add(event)) return;
    if (concernsRequests) this.callbacks.receive(event);
    this.turns.see(event, this.#host.quirks.namesMessages);
    this.canvases.see(event);
    if (event.type === "capabilities.changed") this.#changeCapabilities(event);
    if (event.type === "model.call_failure") {
      this.#host.onModelCallFailed(this.sessionId, failureOf(event.data ?? {}));
    }
    this.events.receive(event);
  }

  #changeCapabilities({ data }: SessionEventOf<"capabilities.changed">): void {
    const { capabilities } = this.opened;
    const ui = { ...capabilities?.ui, ...data?.ui };
    this.opened = { ...this.opened, capabilities: { ...capabilities, ui } };
  }
}
