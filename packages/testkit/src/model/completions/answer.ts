import type { ModelRequest } from "../request.js";
import { type AnswerTurn, callsOf, textChunks } from "../script.js";
import { usageOf } from "../usage.js";

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
export function wireToolCalls(turn: AnswerTurn, request: ModelRequest): WireToolCall[] {
  return callsOf(turn, request).map(({ id, name, text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
}

/** Why the answer ends. */
export function finishReason(turn: AnswerTurn): "stop" | "tool_calls" {
  return turn.toolCalls?.length ? "tool_calls" : "stop";
}

/** The usage to report, as the API writes it. */
export function wireUsage(turn: AnswerTurn, request: ModelRequest) {
  const { promptTokens, completionTokens } = usageOf(turn, request);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The body of an answer that is not streamed. */
export function completionBody(turn: AnswerTurn, request: ModelRequest) {
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
