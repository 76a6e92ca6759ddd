import type {
  AbortRequest,
  SessionEvent,
  SessionEventOf,
  SessionRpc,
  SessionToolDefinition,
} from "@stubwright/copilot-protocol";
import { type CallOptions, ConnectionClosedError } from "@stubwright/rpc";
import type { Answering } from "../callbacks/app-handlers.js";
import { answerOnLeaving, type LeftRequest } from "../callbacks/broadcasts.js";
import { ASKS, abortError, SessionCallbacks } from "../callbacks/session-callbacks.js";
import { CANVAS_EVENTS, OpenCanvases } from "../canvas/open-canvases.js";
import { remaining, within } from "../deadline.js";
import { CopilotError } from "../errors.js";
import { HeldEvents } from "../events/held-events.js";
import { SeenEvents } from "../events/seen-events.js";
import { SessionEvents } from "../events/session-events.js";
import type { UnreadEvent } from "../events/unread-events.js";
import type { TraceContext } from "../options/tracing.js";
import type { ServerQuirks } from "../server-quirks.js";
import { toToolDefinition } from "../tools/tools.js";
import { type ConfigChange, ConfigChanges } from "./config-changes.js";
import { endOnServer } from "./end-on-server.js";
import { isUnknownSession } from "./forgotten-session.js";
import { interrupt } from "./interruption.js";
import type { SessionConfigBase } from "./session-config.js";
import { SessionEnds } from "./session-ends.js";
import type { OpenedSession, RestoredRecord, SessionHost } from "./session-host.js";
import { type SessionEnd, type SessionState, SessionStates } from "./session-state.js";
import { Turns } from "./turns/turns.js";

/** Types of events that a session itself reads. */
const READ: ReadonlySet<string> = new Set([
  ...ASKS,
  ...CANVAS_EVENTS,
  "user.message",
  "capabilities.changed",
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
  /** What the server said of the session. */
  opened: OpenedSession = {};
  readonly #host: SessionHost<SessionCore>;
  readonly #states = new SessionStates();
  readonly #config: ConfigChanges;
  readonly #closed = new AbortController();
  readonly #ends: SessionEnds;
  /** The answers that wait for a server which the app left while it was out of reach. */
  #unanswered: readonly Answering[] | undefined;

  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost<SessionCore>) {
    this.sessionId = sessionId;
    this.#host = host;
    const onHandlerError = (source: string, error: unknown) => host.onHandlerError(source, error);
    const isLost = () => this.isLost;
    const isOver = () => this.state.kind === "ending" || this.state.kind === "closed";
    this.callbacks = new SessionCallbacks(config, {
      sessionId,
      get isLost() {
        return isLost();
      },
      get isOver() {
        return isOver();
      },
      get rpc() {
        return host.rpc;
      },
      get quirks() {
        return host.quirks;
      },
      get app() {
        return host.app();
      },
      closed: this.closed,
      onHandlerError,
      onPermissionHandlerMissing: () => host.onPermissionHandlerMissing(sessionId),
    });
    this.events = new SessionEvents(
      (error) => onHandlerError("event handler", error),
      this.holdEvents(),
    );
    this.#ends = new SessionEnds(sessionId, this.#states, {
      rpc: () => host.rpc,
      stop: (reason, agreed) => this.callbacks.requests.stop(reason, agreed),
      close: (reason, how) => this.close(reason, how),
      toolsToDrop: () => this.#toolsToDrop(),
      left: () => this.#answer(this.rpc, this.callbacks.requests.leaving()),
    });
    this.#config = new ConfigChanges(config, (current) => this.#configure(current));
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

  /** How the app ended it, if it did. */
  get endedBy(): SessionEnd | undefined {
    return this.state.kind === "closed" ? this.state.how : undefined;
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

  /**
   * Makes a call as {@link healed} does, once the session is restored if it is lost; otherwise in
   * the same tick.
   *
   * @param send - Makes it, with what is left of the caller's deadline.
   * @throws {@link CopilotError} `SESSION_CLOSED`, `SESSION_LOST`, and what the call throws.
   */
  async call<R>(
    options: CallOptions | undefined,
    send: (rpc: SessionRpc, rest: CallOptions | undefined) => Promise<R>,
  ): Promise<R> {
    this.closed.throwIfAborted();
    const rest = this.isLost ? await this.restoredIn(options) : options;
    return this.healed(rest, (left) => send(this.rpc, left));
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
    const began = performance.now();
    try {
      return await send(options);
    } catch (error) {
      if (!isUnknownSession(error) || this.closed.aborted) throw error;
      const left = remaining(options, performance.now() - began);
      await within(this.#resumeForgotten(error), left, "session");
      return send(remaining(options, performance.now() - began));
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

  /** Ends the session on the server, for this client or for all. */
  end(how: SessionEnd, options?: CallOptions): Promise<void> {
    return this.#ends.end(how, options);
  }

  /** Ends the session on this side. */
  close(reason: Error, how?: SessionEnd): void {
    const before = this.state;
    if (!this.#states.can("closed")) return;
    this.#states.take("closed", { kind: "closed", reason, how });
    if (before.kind === "lost" && how === "disconnect") {
      this.#unanswered = this.callbacks.requests.leaving();
    }
    this.callbacks.requests.settleAll(reason);
    this.#closed.abort(reason);
    this.turns.close(reason);
    if (before.kind === "lost") before.end(undefined);
    this.#host.onClosed();
  }

  /** Whether it was left while its server was out of reach, which may wait for this client. */
  get isAwaited(): boolean {
    return this.#unanswered !== undefined;
  }

  /**
   * Gives the answers that a server waits for, although the app has left the session.
   *
   * @param asked - What it asks by now.
   */
  async answerLeft(rpc: SessionRpc, asked: readonly LeftRequest[]): Promise<void> {
    const { requests } = this.callbacks;
    const answers = [...(this.#unanswered ?? [])];
    this.#unanswered = undefined;
    for (const request of asked) {
      // What was asked before is among the others.
      const answer = answerOnLeaving(this.callbacks, request);
      if (answer && requests.begin(request.requestId)) answers.push(answer);
    }
    requests.settleAll(this.closed.reason);
    await this.#answer(rpc, answers);
  }

  /** Ends the session on a server that it was resumed on while the app ended it. */
  async endLate(rpc: SessionRpc, options: CallOptions): Promise<void> {
    const how = this.endedBy ?? "disconnect";
    await endOnServer(rpc, how, options, this.#toolsToDrop());
  }

  /** A session that nobody else had is gone by now, and so are its requests. */
  async #answer(rpc: SessionRpc, answers: readonly Answering[]): Promise<void> {
    await Promise.allSettled(answers.map((answer) => answer(rpc)));
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
}
