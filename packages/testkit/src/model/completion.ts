import type { ModelRequest } from "./request.js";
import { type ScriptedUsage, type TextTurn, type ToolCallsTurn, textChunks } from "./script.js";

/** A turn that yields a completion, so anything but an error. */
export type CompletionTurn = TextTurn | ToolCallsTurn;

/** Members that a streamed and a whole answer share. */
export interface CompletionHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** A tool call as the API writes it. */
export interface WireToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** Makes the members that identify an answer; the id is the same for the same request index. */
export function completionHead(request: ModelRequest): CompletionHead {
  return {
    id: `chatcmpl-scripted-${request.index}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  };
}

/** The tool calls of a turn, as the API writes them; empty if it has none. */
export function wireToolCalls(turn: CompletionTurn, request: ModelRequest): WireToolCall[] {
  return (turn.toolCalls ?? []).map((call, position) => ({
    id: call.id ?? `call_${request.index}_${position}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

/** Why the answer ends. */
export function finishReason(turn: CompletionTurn): "stop" | "tool_calls" {
  return turn.toolCalls?.length ? "tool_calls" : "stop";
}

/** The usage to report, as the API writes it. */
export function wireUsage(turn: CompletionTurn, request: ModelRequest) {
  const { promptTokens, completionTokens } = turn.usage ?? estimate(turn, request);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The body of an answer that is not streamed. */
export function completionBody(turn: CompletionTurn, request: ModelRequest) {
  const toolCalls = wireToolCalls(turn, request);
  const content = textChunks(turn.text).join("");
  return {
    ...completionHead(request),
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: content === "" && toolCalls.length > 0 ? null : content,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        finish_reason: finishReason(turn),
      },
    ],
    usage: wireUsage(turn, request),
  };
}

/** Four characters to a token: near enough for a test that wants plausible figures. */
function estimate(turn: CompletionTurn, request: ModelRequest): ScriptedUsage {
  const answer = textChunks(turn.text).join("") + JSON.stringify(turn.toolCalls ?? "");
  return {
    promptTokens: Math.ceil(JSON.stringify(request.messages).length / 4),
    completionTokens: Math.ceil(answer.length / 4),
  };
}
