import type {
  ClientSessionHandlers,
  PermissionRequest,
  SessionEvent,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc";
import { answerCommand, answerElicitation, answerPermission, answerTool } from "./broadcasts.js";
import { type ServerEra, toEraDecision } from "./eras.js";
import { STAY_IN_PLAN_MODE } from "./exit-plan-mode.js";
import { DEFAULT_HANDLER_TIMEOUTS, type HandlerTimeouts } from "./handler-timeouts.js";
import { invokeHook } from "./hook-invoke.js";
import { type PendingRequest, PendingRequests } from "./pending-requests.js";
import { decide } from "./permissions.js";
import { findTokenProvider } from "./provider.js";
import { runHandler } from "./run-handler.js";
import type { SessionConfigBase } from "./session-config.js";
import { transformSections } from "./system-message.js";
import { runTool } from "./tool-run.js";
import type { Tool } from "./tools.js";
import { toUserInputRequest } from "./user-input.js";

/** What answering a session's server needs. */
export interface CallbackHost {
  readonly sessionId: string;
  readonly rpc: SessionRpc;
  /** What the server's version asks for. */
  readonly era: ServerEra;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
}

/** The events that are looked at; most are others. */
const ASKS: ReadonlySet<string> = new Set<SessionEvent["type"]>([
  "external_tool.requested",
  "permission.requested",
  "elicitation.requested",
  "command.execute",
  "external_tool.completed",
  "permission.completed",
  "elicitation.completed",
  "command.completed",
  "abort",
  "session.shutdown",
]);

/** Answers what a session's server asks of the app, with the handlers of its settings. */
export class SessionCallbacks {
  readonly host: CallbackHost;
  /** What is being worked on. */
  readonly pending = new PendingRequests();
  #config: SessionConfigBase;
  #tools!: ReadonlyMap<string, Tool>;
  #timeouts!: Required<HandlerTimeouts>;

  constructor(config: SessionConfigBase, host: CallbackHost) {
    this.host = host;
    this.#config = config;
    this.configure(config);
  }

  /** The settings in use. */
  get config(): SessionConfigBase {
    return this.#config;
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

  /** Gives up all that is being worked on; what comes later is worked on again. */
  abort(reason: unknown): void {
    this.pending.abortAll(reason);
  }

  /** What a handler of a kind is run with. */
  run(kind: keyof HandlerTimeouts, { signal }: Pick<PendingRequest, "signal">) {
    const onError = (source: string, error: unknown) => this.host.onHandlerError(source, error);
    const { sessionId } = this.host;
    return { sessionId, signal, timeoutMs: this.#timeouts[kind], onError, onLateError: onError };
  }

  /** Answers an event that asks for something, and drops what an event says is settled. */
  receive(event: SessionEvent): void {
    if (!ASKS.has(event.type)) return;
    switch (event.type) {
      case "external_tool.requested":
        this.#answer(event.type, answerTool(this, event.data));
        break;
      case "permission.requested":
        this.#answer(event.type, answerPermission(this, event.data));
        break;
      case "elicitation.requested":
        this.#answer(event.type, answerElicitation(this, event.data));
        break;
      case "command.execute":
        this.#answer(event.type, answerCommand(this, event.data));
        break;
      case "external_tool.completed":
      case "permission.completed":
      case "elicitation.completed":
      case "command.completed":
        this.pending.complete(event.data?.requestId, abortError("The request was settled."));
        break;
      case "abort":
      case "session.shutdown":
        // That of a sub-agent leaves the others at work.
        if (event.agentId == null) this.abort(abortError("The turn was aborted."));
    }
  }

  /** What cannot even be read cannot be answered either. */
  #answer(type: string, answering: Promise<void>): void {
    answering.catch((error: unknown) => this.host.onHandlerError(`event ${type}`, error));
  }

  /** Answers a hook. */
  invokeHook(request: HookInvokeRequest): Promise<HookInvokeResponse> {
    const { era } = this.host;
    return this.#work((work) =>
      invokeHook(this.#config.hooks, request, { ...this.run("hooks", work), era }),
    );
  }

  /** Answers requests, those of protocol 2 among them. */
  readonly handlers: ClientSessionHandlers = {
    userInput: {
      request: (params) => {
        need(params.question, "question");
        const handler = this.#handler("onUserInputRequest");
        return this.#ask("onUserInputRequest", (invocation) =>
          handler(toUserInputRequest(params), invocation),
        );
      },
    },
    exitPlanMode: {
      request: ({ sessionId: _, ...params }) => {
        const handler = this.#handler("onExitPlanModeRequest");
        return this.#ask("onExitPlanModeRequest", (invocation) =>
          handler(params, invocation),
        ).catch(() => STAY_IN_PLAN_MODE);
      },
    },
    autoModeSwitch: {
      request: async ({ sessionId: _, ...params }) => {
        const handler = this.#handler("onAutoModeSwitchRequest");
        const ask = this.#ask("onAutoModeSwitchRequest", (invocation) =>
          handler(params, invocation),
        );
        return { response: await ask.catch(() => "no" as const) };
      },
    },
    systemMessage: {
      transform: (params) => {
        need(params.sections, "sections", "object");
        const { systemMessage } = this.#config;
        return this.#work((work) =>
          transformSections(systemMessage, params, this.run("hooks", work)),
        );
      },
    },
    providerToken: {
      getToken: async ({ providerName, sessionId }) => {
        const { provider, providers } = this.#config;
        const getToken = findTokenProvider(need(providerName, "providerName"), providers, provider);
        if (!getToken) throw refuse(METHOD_NOT_FOUND, `No bearerTokenProvider for ${providerName}`);
        const source = "bearerTokenProvider";
        const give = () => getToken({ providerName, sessionId });
        const token = await this.#work((work) =>
          runHandler({ ...this.run("hooks", work), source }, give),
        );
        return { token };
      },
    },
    tool: {
      call: async ({ sessionId, toolCallId, toolName, arguments: args }) => {
        need(toolCallId, "toolCallId");
        const call = {
          sessionId,
          toolCallId,
          toolName: need(toolName, "toolName"),
          arguments: args,
        };
        const result = await this.#work((work) =>
          runTool(this.tool(toolName), call, this.run("tools", work)),
        );
        return { result };
      },
    },
    permission: {
      request: async ({ permissionRequest }) => {
        need(permissionRequest, "permissionRequest", "object");
        const request = permissionRequest as unknown as PermissionRequest;
        const { onPermissionRequest } = this.#config;
        const answer = await this.#work((work) =>
          decide(onPermissionRequest, request, this.run("permissions", work)),
        );
        // Nobody else can answer here, so an answer left open is a no.
        const decision = answer?.result ?? { kind: "user-not-available" as const };
        return { result: toEraDecision(decision, this.host.era) as never };
      },
    },
  };

  #handler<Name extends "onUserInputRequest" | "onExitPlanModeRequest" | "onAutoModeSwitchRequest">(
    name: Name,
  ): NonNullable<SessionConfigBase[Name]> {
    const handler = this.#config[name];
    if (!handler) throw refuse(METHOD_NOT_FOUND, `This session has no ${name}`);
    return handler as NonNullable<SessionConfigBase[Name]>;
  }

  async #ask<R>(
    source: string,
    call: (invocation: { sessionId: string; signal: AbortSignal }) => R | Promise<R>,
  ): Promise<R> {
    const { sessionId } = this.host;
    return this.#work(async (work) => {
      const run = { ...this.run("userInput", work), source };
      try {
        return await runHandler(run, (signal) => call({ sessionId, signal }));
      } catch (error) {
        if (!work.signal.aborted) run.onError(source, error);
        throw refuse(INTERNAL_ERROR, `${source} gave no answer`);
      }
    });
  }

  async #work<R>(work: (pending: PendingRequest) => Promise<R>): Promise<R> {
    const pending = this.pending.beginUnnamed();
    try {
      return await work(pending);
    } finally {
      pending.end();
    }
  }
}

function need<T>(value: T, name: string, type = "string"): T {
  // Calls are reported and not refused by the peer when their params differ from the schema.
  if (typeof value === type && value !== null) return value;
  throw refuse(INVALID_PARAMS, `${name} is no ${type}`);
}

function refuse(code: number, message: string): ResponseError {
  return new ResponseError({ code, message });
}

/** The reason of signals for work that nobody waits for any more. */
export function abortError(message: string): Error {
  return new DOMException(message, "AbortError");
}
