import type { ExternalToolResult } from "@stubwright/copilot-protocol";
import { RpcError } from "@stubwright/rpc";
import { type HandlerRun, runHandler } from "../callbacks/run-handler.js";
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
  if (!tool || !handler) return toolFailure(`There is no tool named ${call.toolName}.`);
  const source = `tool ${tool.name}`;
  try {
    const given = await runHandler({ ...run, source }, async (signal) => {
      const args = await argumentsOf(tool, call, (error) => run.onError(source, error));
      if (!args.ok) return toolFailure(args.problem);
      signal.throwIfAborted();
      return handler(args.args, { ...call, signal });
    });
    return toToolResult(given);
  } catch (error) {
    if (run.signal.aborted || run.stop?.aborted) return toolFailure("The tool call was aborted.");
    run.onError(source, error);
    if (isTimeout(error)) return toolFailure("The tool took too long.", "timeout");
    return toolFailure("The tool failed.");
  }
}

async function argumentsOf(tool: Tool, call: ToolCall, onError: (error: unknown) => void) {
  try {
    return await checkArguments(tool, call.arguments);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    // The schema is the app's mistake; the tool is not lost for it.
    onError(error);
    return { ok: true, args: call.arguments } as const;
  }
}

/** Whether the schema itself is at fault, so that no arguments could ever be checked. */
function isUnusable(error: unknown): boolean {
  if (!(error instanceof RpcError)) return false;
  return error.code === "BAD_DEFINITION" || error.code === "UNKNOWN_DEFINITION";
}

function isTimeout(error: unknown): boolean {
  return error instanceof CopilotError && error.code === "HANDLER_TIMEOUT";
}
