import type { SessionRpc } from "@stubwright/copilot-protocol";
import { INTERNAL_ERROR, ResponseError } from "@stubwright/rpc/internal";
import type { ServerQuirks } from "../server-quirks.js";
import type { SessionConfigBase } from "../session/session-config.js";
import type { Tool } from "../tools/tools.js";
import { asJson } from "./as-json.js";
import { DEFAULT_HANDLER_TIMEOUTS, type HandlerTimeouts } from "./handler-timeouts.js";
import { type PendingRequest, Requests } from "./requests.js";
import { runHandler } from "./run-handler.js";

/** What answering a session's server needs. */
export interface CallbackHost {
  readonly sessionId: string;
  readonly rpc: SessionRpc;
  /** What the server's version asks for. */
  readonly quirks: ServerQuirks;
  /** Whether the server is gone and the session waits to be brought back. */
  readonly isLost: boolean;
  /** Whether the app has ended the session, or is about to. */
  readonly isOver: boolean;
  /** What the app has of the session. */
  readonly app: unknown;
  /** Aborted when the session is over for this client. */
  readonly closed: AbortSignal;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told once when a permission was asked for and no handler decides. */
  onPermissionHandlerMissing(): void;
}

/** The call that answers a request. */
export type Answering = (rpc: SessionRpc) => Promise<unknown>;

/** The handlers of one session, and what they are run with. */
export class AppHandlers {
  readonly host: CallbackHost;
  /** What the server asks. */
  readonly requests = new Requests<Answering>();
  #config: SessionConfigBase;
  #tools!: ReadonlyMap<string, Tool>;
  #timeouts!: Required<HandlerTimeouts>;
  #isManaged = false;
  #hasToldOfMissingHandler = false;

  constructor(config: SessionConfigBase, host: CallbackHost) {
    this.host = host;
    this.#config = config;
    this.configure(config);
  }

  /** The settings in use. */
  get config(): SessionConfigBase {
    return this.#config;
  }

  /** Notes whether managed settings are on. */
  noteManaged(isManaged: boolean): void {
    this.#isManaged = isManaged;
  }

  /** Takes the handlers of other settings for what is asked from now on. */
  configure(config: SessionConfigBase): void {
    this.#config = config;
    this.#tools = new Map(config.tools?.map((tool) => [tool.name, tool]));
    const given = Object.entries(config.handlerTimeouts ?? {}).filter(([, ms]) => ms !== undefined);
    this.#timeouts = { ...DEFAULT_HANDLER_TIMEOUTS, ...Object.fromEntries(given) };
  }

  /** The tool of that name. */
  tool(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** Whether this client is one to run a tool, or to decide on a permission. */
  registeredFor(request: { kind: "tool" | "permission"; toolName: string | undefined }): boolean {
    return request.kind === "tool"
      ? request.toolName !== undefined && this.#tools.has(request.toolName)
      : this.#config.onPermissionRequest !== undefined;
  }

  /** What a handler of a kind is run with. */
  run(kind: keyof HandlerTimeouts, { signal, stop }: Pick<PendingRequest, "signal" | "stop">) {
    const onError = (source: string, error: unknown) => this.host.onHandlerError(source, error);
    const { sessionId } = this.host;
    const timeoutMs = this.#timeouts[kind];
    return { sessionId, signal, stop, timeoutMs, onError, onLateError: onError };
  }

  /** What a permission handler is run with. */
  permissionRun(work: Pick<PendingRequest, "signal" | "stop">) {
    const { enableManagedSettings, managedSettings } = this.#config;
    const managedSettingsEnabled =
      this.#isManaged || enableManagedSettings === true || managedSettings !== undefined;
    return { ...this.run("permissions", work), managedSettingsEnabled };
  }

  /** Tells, once for the session, that a permission was asked for and no handler decides. */
  noPermissionHandler(): void {
    if (this.#hasToldOfMissingHandler) return;
    this.#hasToldOfMissingHandler = true;
    this.host.onPermissionHandlerMissing();
  }

  /** Puts a question to the user. What its handler throws is reported; the server learns less. */
  ask<R>(
    source: string,
    call: (invocation: { sessionId: string; signal: AbortSignal }) => R | Promise<R>,
  ): Promise<R> {
    const { sessionId } = this.host;
    return this.work(async (work) => {
      const run = { ...this.run("userInput", work), source };
      try {
        return asJson(await runHandler(run, (signal) => call({ sessionId, signal })));
      } catch (error) {
        if (!work.stop.aborted) run.onError(source, error);
        throw new ResponseError({ code: INTERNAL_ERROR, message: `${source} gave no answer` });
      }
    });
  }

  /** Runs a piece of work for a request that has no id. */
  async work<R>(work: (pending: PendingRequest) => Promise<R>): Promise<R> {
    const pending = this.requests.beginUnnamed();
    try {
      return await work(pending);
    } finally {
      await pending.end();
    }
  }
}
