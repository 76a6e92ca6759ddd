import type {
  CommandExecuteData,
  ElicitationRequestedData,
  ExternalToolRequestedData,
  PermissionRequestedData,
  SessionRpc,
  UIElicitationResponse,
} from "@stubwright/copilot-protocol";
import { toServerDecision } from "../server-quirks.js";
import { toolFailure } from "../tools/tool-result.js";
import { runTool, type ToolOutcome } from "../tools/tool-run.js";
import type { Answering, AppHandlers } from "./app-handlers.js";
import { deliver } from "./deliver.js";
import { toElicitationContext, toElicitationResponse } from "./elicitation.js";
import { decide } from "./permissions.js";
import { runHandler } from "./run-handler.js";

// Protocol 3 asks every client of a session; the first answer counts. A client answers only for what
// it registered, each request at most once, and never after the server has said that it is settled.

/** Runs a tool of this client. A tool without a handler is left to the app. */
export async function answerTool(
  callbacks: AppHandlers,
  data: ExternalToolRequestedData,
): Promise<void> {
  const { requestId, toolCallId, toolName, traceparent, tracestate } = data;
  const tool = callbacks.tool(toolName);
  if (!tool) return;
  const left = answerOnLeaving(callbacks, { kind: "tool", requestId, toolName });
  const work = callbacks.requests.begin(requestId, left);
  // What is left to the app stays open until the server says that it is settled.
  if (!work || !tool.handler) return;
  const availableTools =
    toolName === TOOL_SEARCH ? await toolsToSearch(callbacks, toolName) : undefined;
  const call = {
    sessionId: callbacks.host.sessionId,
    toolCallId,
    toolName,
    arguments: data.arguments,
    ...(availableTools && { availableTools }),
    ...(traceparent != null && { traceparent }),
    ...(tracestate != null && { tracestate }),
  };
  const outcome = await runTool(tool, call, callbacks.run("tools", work));
  if (!(await work.end())) return;
  const safe = answerOfTool(requestId, { error: "The result could not be sent." });
  await deliver(callbacks, `tool ${toolName}`, requestId, answerOfTool(requestId, outcome), safe);
}

/** The runtime's tool that finds tools; an app's own of that name needs to know which there are. */
const TOOL_SEARCH = "tool_search_tool";

async function toolsToSearch({ host }: AppHandlers, toolName: string) {
  try {
    return (await host.rpc.tools.getCurrentMetadata()).tools ?? undefined;
  } catch (error) {
    // The tool can do its work by what it knows itself.
    host.onHandlerError(`tool ${toolName}`, error);
    return undefined;
  }
}

/**
 * Decides on a permission. What a hook has decided is not asked again. Without a handler the request
 * is left to other clients, but denied on servers that would wait for ever if there is none.
 */
export async function answerPermission(
  callbacks: AppHandlers,
  { requestId, permissionRequest, promptRequest, resolvedByHook }: PermissionRequestedData,
): Promise<void> {
  const { onPermissionRequest } = callbacks.config;
  const { quirks } = callbacks.host;
  if (resolvedByHook) return;
  if (!onPermissionRequest) callbacks.noPermissionHandler();
  if (!onPermissionRequest && quirks.deniesUnhandledPermissions) return;
  const left = answerOnLeaving(callbacks, { kind: "permission", requestId });
  const work = callbacks.requests.begin(requestId, left);
  if (!work) return;
  // The prompt for a person may say it where the request does not.
  const request =
    (promptRequest as { managedApprovalRequired?: boolean } | null | undefined)
      ?.managedApprovalRequired === true
      ? { ...permissionRequest, managedApprovalRequired: true }
      : permissionRequest;
  const answer = await decide(onPermissionRequest, request, callbacks.permissionRun(work));
  if (!answer) work.leaveToOthers();
  if (!answer || !(await work.end())) return;
  const decision = {
    ...answer,
    requestId,
    result: toServerDecision(answer.result, callbacks.host.quirks),
  };
  await deliver(
    callbacks,
    "onPermissionRequest",
    requestId,
    (rpc) => rpc.permissions.handlePendingPermissionRequest(decision),
    denial(callbacks, requestId),
  );
}

/** A request that a client may have to answer when it leaves the session. */
export interface LeftRequest {
  readonly kind: "tool" | "permission";
  readonly requestId: string;
  readonly toolName?: string | undefined;
}

/**
 * What a client answers that leaves before it has answered otherwise: a server waits for ever for
 * the owner of a tool, and for a decision on a permission. Undefined if it is not the one to answer.
 */
export function answerOnLeaving(
  callbacks: AppHandlers,
  { kind, requestId, toolName }: LeftRequest,
): Answering | undefined {
  if (kind === "permission") {
    return callbacks.config.onPermissionRequest && denial(callbacks, requestId);
  }
  if (toolName === undefined || !callbacks.tool(toolName)?.handler) return undefined;
  const result = toolFailure("The client that ran the tool disconnected.");
  return answerOfTool(requestId, { result });
}

function answerOfTool(requestId: string, outcome: ToolOutcome): Answering {
  return (rpc) => rpc.tools.handlePendingToolCall({ requestId, ...outcome });
}

/** Nobody could be asked. */
function denial({ host }: AppHandlers, requestId: string): Answering {
  const result = toServerDecision({ kind: "user-not-available" }, host.quirks);
  return (rpc) => rpc.permissions.handlePendingPermissionRequest({ requestId, result });
}

/** Shows a form. */
export async function answerElicitation(
  callbacks: AppHandlers,
  data: ElicitationRequestedData,
): Promise<void> {
  const { requestId } = data;
  const handler = callbacks.config.onElicitationRequest;
  const work = handler && callbacks.requests.begin(requestId);
  if (!work) return;
  const { sessionId } = callbacks.host;
  const run = { ...callbacks.run("userInput", work), source: "onElicitationRequest" };
  const result = await runHandler(run, async (signal) =>
    toElicitationResponse(
      await handler(toElicitationContext(sessionId, data), { sessionId, signal }),
    ),
  ).catch((error: unknown) => {
    if (!work.stop.aborted) run.onError(run.source, error);
    return { action: "cancel" } as const;
  });
  if (!(await work.end())) return;
  const send = (result: UIElicitationResponse) => (rpc: SessionRpc) =>
    rpc.ui.handlePendingElicitation({ requestId, result });
  await deliver(callbacks, run.source, requestId, send(result), send({ action: "cancel" }));
}

/** Carries a slash command of this client out. */
export async function answerCommand(
  callbacks: AppHandlers,
  { requestId, command, commandName, args }: CommandExecuteData,
): Promise<void> {
  const handler = callbacks.config.commands?.find(({ name }) => name === commandName)?.handler;
  const work = handler && callbacks.requests.begin(requestId);
  if (!work) return;
  const { sessionId } = callbacks.host;
  const run = { ...callbacks.run("tools", work), source: `command ${commandName}` };
  let problem: string | undefined;
  await runHandler(run, (signal) =>
    handler({ sessionId, command, commandName, args, signal }),
  ).catch((error: unknown) => {
    if (!work.stop.aborted) run.onError(run.source, error);
    problem = "The command failed.";
  });
  if (!(await work.end())) return;
  const answer = { requestId, ...(problem !== undefined && { error: problem }) };
  const send = ({ commands }: SessionRpc) => commands.handlePendingCommand(answer);
  await deliver(callbacks, run.source, requestId, send);
}
