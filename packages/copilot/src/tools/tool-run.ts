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

/** What became of a call: a result, or what the handler threw, which runtimes keep from the model. */
export type ToolOutcome = { readonly result: ExternalToolResult } | { readonly error: string };

/** Runs a tool that has a handler. Never rejects. */
export async function runTool(
  tool: Tool | undefined,
  call: ToolCall,
  run: ToolRun,
): Promise<ToolOutcome> {
  const handler = tool?.handler;
  if (!handler) return failed(`There is no tool named ${call.toolName}.`);
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
    return { result: toToolResult(given) };
  } catch (error) {
    if (run.signal.aborted || run.stop?.aborted) return failed("The tool call was aborted.");
    run.onError(source, error);
    if (isTimeout(error)) return failed("The tool took too long.", "timeout");
    return { error: messageOf(error) };
  }
}

function failed(...[text, type]: Parameters<typeof toolFailure>): ToolOutcome {
  return { result: toolFailure(text, type) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isTimeout(error: unknown): boolean {
  return error instanceof CopilotError && error.code === "HANDLER_TIMEOUT";
}
