import { randomUUID } from "node:crypto";
import type {
  ExternalToolResult,
  JsonValue,
  PermissionDecision,
  PermissionRequest,
  SessionCreateRequest,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
} from "@stubwright/copilot-protocol";
import type { ClientSessionRpc } from "@stubwright/copilot-protocol/server";

/** What a fake session needs of its server. */
export interface FakeSessionHost {
  readonly protocolVersion: number;
  /** Sends an event to the clients of the session. */
  deliver(session: FakeSession, event: SessionEvent): void;
  /** What one client of the session can be asked. @throws If it has none. */
  client(session: FakeSession): ClientSessionRpc;
  /** Records that the session changed. */
  touched(session: FakeSession): void;
}

/** Members of an event that its sender may set. */
export interface EventOptions {
  /** Whether it is left out of the record. Default false. */
  readonly ephemeral?: boolean;
  /** Its id. Default: a new one. */
  readonly id?: string;
}

/** One session of a fake server: what a test makes it do. */
export class FakeSession {
  readonly sessionId: string;
  /** What the client asked for when it created or resumed it. */
  config: Partial<SessionCreateRequest>;
  readonly startTime = new Date();
  modifiedTime = new Date();
  /** The events that it recorded. */
  readonly events: SessionEvent[] = [];
  readonly #host: FakeSessionHost;
  readonly #pending = new Map<string, (answer: never) => void>();
  /** Messages that are worked on; there is none once the session is idle. */
  #turns: AbortController[] = [];

  /** @internal */
  constructor(sessionId: string, config: Partial<SessionCreateRequest>, host: FakeSessionHost) {
    this.sessionId = sessionId;
    this.config = config;
    this.#host = host;
  }

  /** What the session's client can be asked: the mirror of its handlers. */
  get client(): ClientSessionRpc {
    return this.#host.client(this);
  }

  /** Sends an event to the session's clients. @returns The event. */
  emit<T extends SessionEventType>(
    type: T,
    data: SessionEventOf<T>["data"],
    options: EventOptions = {},
  ): SessionEventOf<T> {
    return this.emitRaw({ type, data }, options) as unknown as SessionEventOf<T>;
  }

  /** Sends anything as an event: a type that no schema has, data that does not match. */
  emitRaw(
    members: Readonly<Record<string, unknown>>,
    { ephemeral = false, id = randomUUID() }: EventOptions = {},
  ): Readonly<Record<string, unknown>> {
    this.modifiedTime = new Date();
    const parentId = this.events.at(-1)?.id ?? null;
    const event = {
      id,
      timestamp: this.modifiedTime.toISOString(),
      parentId,
      ...(ephemeral && { ephemeral }),
      ...members,
    };
    if (members.type === "session.idle") this.#turns = [];
    if (!ephemeral) this.events.push(event as unknown as SessionEvent);
    this.#host.deliver(this, event as unknown as SessionEvent);
    this.#host.touched(this);
    return event;
  }

  /** Says something as the assistant, in a turn of its own. */
  say(content: string): void {
    const turnId = randomUUID();
    this.emit("assistant.turn_start", { turnId });
    this.emit("assistant.message", { messageId: randomUUID(), content });
    this.emit("assistant.turn_end", { turnId });
  }

  /** Tells that the session has nothing to do. */
  idle(): void {
    this.emit("session.idle", {}, { ephemeral: true });
  }

  /**
   * Has the client run one of its tools, in the way of the protocol version.
   *
   * @returns What the client answered.
   */
  async callTool(toolName: string, args?: JsonValue): Promise<ExternalToolResult> {
    const toolCallId = randomUUID();
    if (this.#host.protocolVersion === 2) {
      return (await this.client.tool.call({ toolCallId, toolName, arguments: args })).result;
    }
    return this.ask<ExternalToolResult>((requestId) => {
      const { sessionId } = this;
      const data = { requestId, sessionId, toolCallId, toolName, arguments: args };
      this.emit("external_tool.requested", data, { ephemeral: true });
    });
  }

  /**
   * Asks the client for a permission, in the way of the protocol version.
   *
   * @returns What the client decided; the kinds of the two versions differ.
   */
  async requestPermission(
    permissionRequest: PermissionRequest,
  ): Promise<PermissionDecision | { readonly kind: string }> {
    if (this.#host.protocolVersion === 2) {
      const request = permissionRequest as PermissionRequest & { [member: string]: unknown };
      return (await this.client.permission.request({ permissionRequest: request })).result;
    }
    return this.ask<PermissionDecision>((requestId) => {
      this.emit("permission.requested", { requestId, permissionRequest }, { ephemeral: true });
    });
  }

  /**
   * Sends an event that asks for something, and waits for the call that answers it.
   *
   * @param send - Sends the event, with the request's id in it.
   */
  ask<Answer>(send: (requestId: string) => void): Promise<Answer> {
    const requestId = randomUUID();
    return new Promise<Answer>((resolve) => {
      this.#pending.set(requestId, resolve);
      send(requestId);
    });
  }

  /** @internal Begins to work on a message. @returns What {@link abortTurns} fires. */
  beginTurn(): AbortSignal {
    const turn = new AbortController();
    this.#turns.push(turn);
    return turn.signal;
  }

  /** @internal Aborts all that is worked on. @returns Whether there was something. */
  abortTurns(): boolean {
    const turns = this.#turns;
    this.#turns = [];
    for (const turn of turns) turn.abort();
    return turns.length > 0;
  }

  /** Takes an answer. @returns Whether it was the first one to a request of this session. */
  answer(requestId: string, answer: unknown): boolean {
    const resolve = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    resolve?.(answer as never);
    return resolve !== undefined;
  }
}

/** A message that a client sent, and the session it is for. */
export interface FakeTurn {
  readonly session: FakeSession;
  readonly prompt: string;
  /** Aborted when the client aborts the turn. */
  readonly signal: AbortSignal;
}
