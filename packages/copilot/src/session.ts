import type {
  SendRequest,
  SessionCreateResult,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import { CopilotError } from "./errors.js";
import { Listeners } from "./listeners.js";
import { decide } from "./permissions.js";
import type { SessionConfig } from "./session-config.js";
import { runTool, type Tool } from "./tools.js";
import { runTurn } from "./turn.js";

/** A message to the agent. */
export type MessageOptions = Pick<
  SendRequest,
  "prompt" | "attachments" | "mode" | "agentMode" | "requestHeaders" | "displayPrompt"
>;

/** What a session needs of its client. */
export interface SessionHost {
  readonly rpc: SessionRpc;
  /** Told of what a handler of the app threw; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told when the session is over for this client. */
  onClosed(): void;
}

/** How long {@link CopilotSession.sendAndWait} waits by default, in milliseconds. */
const DEFAULT_TURN_TIMEOUT_MS = 60_000;

/** One conversation with the agent. Made by {@link CopilotClient.createSession}. */
export class CopilotSession implements AsyncDisposable {
  readonly sessionId: string;
  readonly #host: SessionHost;
  readonly #config: SessionConfig;
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #closed = new AbortController();
  readonly #events: Listeners<SessionEvent>;
  readonly #eventsByType = new Map<string, Listeners<SessionEvent>>();
  #created: SessionCreateResult | undefined;

  /** @internal */
  constructor(sessionId: string, config: SessionConfig, host: SessionHost) {
    this.sessionId = sessionId;
    this.#host = host;
    this.#config = config;
    this.#tools = new Map(config.tools?.map((tool) => [tool.name, tool]));
    this.#events = this.#makeListeners();
    if (config.onEvent) this.on(config.onEvent);
  }

  /** The session's typed calls; they send its id by themselves. */
  get rpc(): SessionRpc {
    return this.#host.rpc;
  }

  /** The folder with the session's files, if the server keeps one. */
  get workspacePath(): string | undefined {
    return this.#created?.workspacePath ?? undefined;
  }

  /** Aborted when the session is over for this client; the reason is the error that calls get. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Sends a message; the answer comes as events.
   *
   * @returns The id of the message.
   */
  async send(message: string | MessageOptions): Promise<string> {
    this.#closed.signal.throwIfAborted();
    const options = typeof message === "string" ? { prompt: message } : message;
    return (await this.rpc.send(options)).messageId;
  }

  /**
   * Sends a message and waits until the session is idle again.
   *
   * @param timeout - How long to wait, in milliseconds; the agent's work goes on after it. Default 60,000.
   * @returns The last message of the assistant, if there was one.
   * @throws {@link CopilotError} `TURN_FAILED`, `TURN_TIMEOUT` or `SESSION_CLOSED`.
   */
  sendAndWait(
    message: string | MessageOptions,
    timeout = DEFAULT_TURN_TIMEOUT_MS,
  ): Promise<SessionEventOf<"assistant.message"> | undefined> {
    return runTurn(this, () => this.send(message), timeout);
  }

  /** Adds a handler for events of one type; the result removes it. */
  on<T extends SessionEventType>(type: T, handler: (event: SessionEventOf<T>) => void): () => void;
  /** Adds a handler for all events of known types; the result removes it. */
  on(handler: (event: SessionEvent) => void): () => void;
  on(
    first: SessionEventType | ((event: SessionEvent) => void),
    handler?: (event: never) => void,
  ): () => void {
    if (typeof first === "function") return this.#events.add(first);
    const listeners = this.#eventsByType.get(first) ?? this.#makeListeners();
    this.#eventsByType.set(first, listeners);
    return listeners.add(handler as (event: SessionEvent) => void);
  }

  /** Ends the session on the server; what it recorded stays on disk. */
  async destroy(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    await this.rpc.destroy();
    this.close(new CopilotError("SESSION_CLOSED", `Session ${this.sessionId} was closed.`));
  }

  /** The same as {@link destroy}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy();
  }

  /** @internal Takes the answer of `session.create`. */
  opened(result: SessionCreateResult): void {
    this.#created = result;
  }

  /** @internal Ends the session on this side. */
  close(reason: Error): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(reason);
    this.#host.onClosed();
  }

  /** @internal Takes an event of a known type. */
  receive(event: SessionEvent): void {
    if (event.type === "external_tool.requested") void this.#answerTool(event);
    else if (event.type === "permission.requested") void this.#answerPermission(event);
    this.#events.emit(event);
    this.#eventsByType.get(event.type)?.emit(event);
  }

  async #answerTool({ data }: SessionEventOf<"external_tool.requested">): Promise<void> {
    const source = `tool ${data.toolName}`;
    const fail = (error: unknown) => this.#host.onHandlerError(source, error);
    const result = await runTool(this.#tools, data, fail);
    await this.rpc.tools.handlePendingToolCall({ requestId: data.requestId, result }).catch(fail);
  }

  async #answerPermission({ data }: SessionEventOf<"permission.requested">): Promise<void> {
    if (data.resolvedByHook) return;
    const fail = (error: unknown) => this.#host.onHandlerError("onPermissionRequest", error);
    const result = await decide(this.#config.onPermissionRequest, this.sessionId, data, fail);
    const { permissions } = this.rpc;
    const answer = { requestId: data.requestId, result };
    await permissions.handlePendingPermissionRequest(answer).catch(fail);
  }

  #makeListeners(): Listeners<SessionEvent> {
    return new Listeners((error) => this.#host.onHandlerError("event handler", error));
  }
}
