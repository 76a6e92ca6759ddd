import type {
  CommandExecuteData,
  ElicitationRequestedData,
  ExternalToolRequestedData,
  PermissionRequestedData,
} from "@stubwright/copilot-protocol";
import { ConnectionClosedError } from "@stubwright/rpc";
import { toElicitationContext, toElicitationResponse } from "./elicitation.js";
import { toEraDecision } from "./eras.js";
import { decide } from "./permissions.js";
import { runHandler } from "./run-handler.js";
import type { SessionCallbacks } from "./session-callbacks.js";
import { runTool } from "./tool-run.js";

// Protocol 3 tells every client of a session what it wants; the first answer counts. Each request
// is answered at most once, and never after the server has said that it is settled.

/** Runs a tool. One without a handler is left to the app, an unknown one is answered. */
export async function answerTool(
  callbacks: SessionCallbacks,
  data: ExternalToolRequestedData,
): Promise<void> {
  const { requestId, toolCallId, toolName, traceparent, tracestate } = data;
  const tool = callbacks.tool(toolName);
  if (tool && !tool.handler) return;
  const work = callbacks.pending.begin(requestId);
  if (!work) return;
  const call = {
    sessionId: callbacks.host.sessionId,
    toolCallId,
    toolName,
    arguments: data.arguments,
    ...(traceparent != null && { traceparent }),
    ...(tracestate != null && { tracestate }),
  };
  const result = await runTool(tool, call, callbacks.run("tools", work));
  if (!work.end()) return;
  await send(callbacks, `tool ${toolName}`, ({ tools }) =>
    tools.handlePendingToolCall({ requestId, result }),
  );
}

/** Decides on a permission. What a hook has decided is not asked again. */
export async function answerPermission(
  callbacks: SessionCallbacks,
  { requestId, permissionRequest, resolvedByHook }: PermissionRequestedData,
): Promise<void> {
  if (resolvedByHook) return;
  const work = callbacks.pending.begin(requestId);
  if (!work) return;
  const { onPermissionRequest } = callbacks.config;
  const run = callbacks.run("permissions", work);
  const answer = await decide(onPermissionRequest, permissionRequest, run);
  if (!work.end() || !answer) return;
  const result = toEraDecision(answer.result, callbacks.host.era);
  await send(callbacks, "onPermissionRequest", ({ permissions }) =>
    permissions.handlePendingPermissionRequest({ ...answer, requestId, result }),
  );
}

/** Shows a form. Without a handler it is for another client. */
export async function answerElicitation(
  callbacks: SessionCallbacks,
  data: ElicitationRequestedData,
): Promise<void> {
  const { requestId } = data;
  const handler = callbacks.config.onElicitationRequest;
  const work = handler && callbacks.pending.begin(requestId);
  if (!work) return;
  const { sessionId } = callbacks.host;
  const run = { ...callbacks.run("userInput", work), source: "onElicitationRequest" };
  const result = await runHandler(run, async (signal) =>
    toElicitationResponse(
      await handler(toElicitationContext(sessionId, data), { sessionId, signal }),
    ),
  ).catch((error: unknown) => {
    if (!work.signal.aborted) run.onError(run.source, error);
    return { action: "cancel" } as const;
  });
  if (!work.end()) return;
  await send(callbacks, run.source, ({ ui }) => ui.handlePendingElicitation({ requestId, result }));
}

/** Carries a slash command out. */
export async function answerCommand(
  callbacks: SessionCallbacks,
  { requestId, command, commandName, args }: CommandExecuteData,
): Promise<void> {
  const handler = callbacks.config.commands?.find(({ name }) => name === commandName)?.handler;
  const work = callbacks.pending.begin(requestId);
  if (!work) return;
  const { sessionId } = callbacks.host;
  const run = { ...callbacks.run("tools", work), source: `command ${commandName}` };
  let problem: string | undefined;
  if (!handler) problem = `There is no command named ${commandName}.`;
  else {
    await runHandler(run, (signal) =>
      handler({ sessionId, command, commandName, args, signal }),
    ).catch((error: unknown) => {
      if (!work.signal.aborted) run.onError(run.source, error);
      problem = "The command failed.";
    });
  }
  if (!work.end()) return;
  const answer = { requestId, ...(problem !== undefined && { error: problem }) };
  await send(callbacks, run.source, ({ commands }) => commands.handlePendingCommand(answer));
}

/** Sends an answer; what fails is for the app to know, unless the connection took it with it. */
async function send(
  { host }: SessionCallbacks,
  source: string,
  answer: (rpc: SessionCallbacks["host"]["rpc"]) => Promise<unknown>,
): Promise<void> {
  try {
    await answer(host.rpc);
  } catch (error) {
    if (!(error instanceof ConnectionClosedError)) host.onHandlerError(source, error);
  }
}
