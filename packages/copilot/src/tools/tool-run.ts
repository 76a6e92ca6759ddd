import type { ExternalToolResult } from "@stubwright/copilot-protocol";
import { traceRun } from "@stubwright/rpc/internal";
import { type HandlerRun, runHandler } from "../callbacks/run-handler.js";
import { type ToolEvent, toolChannel } from "../channels.js";
import { CopilotError } from "../errors.js";
import { checkArguments } from "./tool-arguments.js";
import { toolFailure, toToolResult } from "./tool-result.js";
import type { Tool, ToolInvocation } from "./tools.js";

/** A call of a tool, as either protocol version brings it. */
export type ToolCall = Omit<ToolInvocation, "signal">;

/** What running a tool needs of its session. */
export interface ToolRun extends Omit<HandlerRun, "source"> {
  /** Told of what the tool did wrong: the model learns only that it failed. */
  onError(source: string, error: unknown): void;
}

/** Runs a tool that has a handler, and gives the answer for the model. Never rejects. */
export async function runTool(
  tool: Tool | undefined,
  call: ToolCall,
  run: ToolRun,
): Promise<ExternalToolResult> {
  const handler = tool?.handler;
  if (!handler) return toolFailure(`There is no tool named ${call.toolName}.`);
  const source = `tool ${tool.name}`;
  try {
    const given = await runHandler({ ...run, source }, async (signal) => {
      const args = await checkArguments(tool, call.arguments);
      if (!args.ok) return toolFailure(args.problem);
      signal.throwIfAborted();
      const { sessionId, toolCallId, toolName, traceparent, tracestate } = call;
      const event = () => ({
        sessionId,
        toolCallId,
        toolName,
        ...(traceparent !== undefined && { traceparent }),
        ...(tracestate !== undefined && { tracestate }),
      });
      return traceRun<ToolEvent>(toolChannel, event, () => handler(args.args, { ...call, signal }));
    });
    return toToolResult(given);
  } catch (error) {
    if (run.signal.aborted || run.stop?.aborted) return toolFailure("The tool call was aborted.");
    run.onError(source, error);
    if (isTimeout(error)) return toolFailure("The tool took too long.", "timeout");
    return toolFailure("The tool failed.");
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof CopilotError && error.code === "HANDLER_TIMEOUT";
}
