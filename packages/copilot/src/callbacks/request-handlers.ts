import type { ClientSessionHandlers, PermissionRequest } from "@stubwright/copilot-protocol";
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  ResponseError,
} from "@stubwright/rpc/internal";
import { canvasHandlers } from "../canvas/canvas-handlers.js";
import { FactoryRuns } from "../factories/factory-runs.js";
import { toServerDecision } from "../server-quirks.js";
import { findTokenProvider } from "../session/provider.js";
import type { JoinConfig, SessionConfigBase } from "../session/session-config.js";
import { transformSections } from "../session/system-message.js";
import { toolFailure } from "../tools/tool-result.js";
import { runTool } from "../tools/tool-run.js";
import type { AppHandlers } from "./app-handlers.js";
import { STAY_IN_PLAN_MODE, toExitPlanModeResult } from "./exit-plan-mode.js";
import { decide } from "./permissions.js";
import { runHandler } from "./run-handler.js";
import { toUserInputRequest } from "./user-input.js";

/** Makes the handlers of requests about a session, those of protocol 2 among them. */
export function requestHandlers(callbacks: AppHandlers): ClientSessionHandlers {
  return {
    userInput: {
      request: (params) => {
        need(params.question, "question");
        const handler = needHandler(callbacks, "onUserInputRequest");
        return callbacks.ask("onUserInputRequest", (invocation) =>
          handler(toUserInputRequest(params), invocation),
        );
      },
    },
    exitPlanMode: {
      request: ({ sessionId: _, ...params }) => {
        const handler = needHandler(callbacks, "onExitPlanModeRequest");
        return callbacks
          .ask("onExitPlanModeRequest", async (invocation) =>
            toExitPlanModeResult(await handler(params, invocation)),
          )
          .catch(() => STAY_IN_PLAN_MODE);
      },
    },
    autoModeSwitch: {
      request: async ({ sessionId: _, ...params }) => {
        const handler = needHandler(callbacks, "onAutoModeSwitchRequest");
        const ask = callbacks.ask("onAutoModeSwitchRequest", (invocation) =>
          handler(params, invocation),
        );
        return { response: await ask.catch(() => "no" as const) };
      },
    },
    systemMessage: {
      transform: (params) => {
        need(params.sections, "sections", "object");
        const { systemMessage } = callbacks.config;
        return callbacks.work((work) =>
          transformSections(systemMessage, params, callbacks.run("hooks", work)),
        );
      },
    },
    providerToken: {
      getToken: async ({ providerName, sessionId }) => {
        const { provider, providers } = callbacks.config;
        const getToken = findTokenProvider(need(providerName, "providerName"), providers, provider);
        if (!getToken) throw refuse(METHOD_NOT_FOUND, `No bearerTokenProvider for ${providerName}`);
        const source = "bearerTokenProvider";
        const give = () => getToken({ providerName, sessionId });
        try {
          const token: unknown = await callbacks.work((work) =>
            runHandler({ ...callbacks.run("hooks", work), source }, give),
          );
          if (typeof token === "string") return { token };
          throw new TypeError(`${source} gave no text but ${token === null ? null : typeof token}`);
        } catch (error) {
          // What went wrong is for the app to know; it may tell a secret.
          callbacks.host.onHandlerError(source, error);
          throw refuse(INTERNAL_ERROR, `${source} gave no token`);
        }
      },
    },
    canvas: canvasHandlers({
      get canvases() {
        return callbacks.config.canvases ?? [];
      },
      run: (source, call) =>
        callbacks.work((work) => runHandler({ ...callbacks.run("tools", work), source }, call)),
      onError: (source, error) => callbacks.host.onHandlerError(source, error),
    }),
    factory: new FactoryRuns({
      get factories() {
        return (callbacks.config as JoinConfig).factories ?? [];
      },
      get rpc() {
        return callbacks.host.rpc;
      },
      get session() {
        return callbacks.host.app;
      },
      get closed() {
        return callbacks.host.closed;
      },
      onError: (source, error) => callbacks.host.onHandlerError(source, error),
    }).handlers,
    tool: {
      call: async ({ sessionId, toolCallId, toolName, arguments: args }) => {
        need(toolCallId, "toolCallId");
        const call = {
          sessionId,
          toolCallId,
          toolName: need(toolName, "toolName"),
          arguments: args,
        };
        const outcome = await callbacks.work((work) =>
          runTool(callbacks.tool(toolName), call, callbacks.run("tools", work)),
        );
        // Protocol 2 has no other place for an error than the result, which the model reads.
        return "error" in outcome ? { result: toolFailure("The tool failed.") } : outcome;
      },
    },
    permission: {
      request: async ({ permissionRequest }) => {
        need(permissionRequest, "permissionRequest", "object");
        const request = permissionRequest as unknown as PermissionRequest;
        const { onPermissionRequest } = callbacks.config;
        if (!onPermissionRequest) callbacks.noPermissionHandler();
        const answer = await callbacks.work((work) =>
          decide(onPermissionRequest, request, callbacks.permissionRun(work)),
        );
        // Nobody else can answer here, so an answer left open is a no.
        const decision = answer?.result ?? { kind: "user-not-available" as const };
        return { result: toServerDecision(decision, callbacks.host.quirks) as never };
      },
    },
  };
}

function needHandler<
  Name extends "onUserInputRequest" | "onExitPlanModeRequest" | "onAutoModeSwitchRequest",
>({ config }: AppHandlers, name: Name): NonNullable<SessionConfigBase[Name]> {
  const handler = config[name];
  if (!handler) throw refuse(METHOD_NOT_FOUND, `This session has no ${name}`);
  return handler as NonNullable<SessionConfigBase[Name]>;
}

function need<T>(value: T, name: string, type = "string"): T {
  // Calls are reported and not refused by the peer when their params differ from the schema.
  if (typeof value === type && value !== null) return value;
  throw refuse(INVALID_PARAMS, `${name} is no ${type}`);
}

function refuse(code: number, message: string): ResponseError {
  return new ResponseError({ code, message });
}
