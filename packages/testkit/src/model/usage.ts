import type { ModelRequest } from "./request.js";
import { type AnswerTurn, type ScriptedUsage, textChunks } from "./script.js";

/** The usage to report: that of the turn, or four characters to a token, which is near enough. */
export function usageOf(turn: AnswerTurn, request: ModelRequest): ScriptedUsage {
  if (turn.usage) return turn.usage;
  const answer = textChunks(turn.text).join("") + JSON.stringify(turn.toolCalls ?? "");
  return {
    promptTokens: Math.ceil(JSON.stringify(request.messages).length / 4),
    completionTokens: Math.ceil(answer.length / 4),
  };
}
