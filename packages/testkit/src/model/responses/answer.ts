import type { ModelRequest } from "../request.js";
import { type AnswerTurn, callsOf, textChunks } from "../script.js";
import { usageOf } from "../usage.js";

/** Something that the model says or asks for, as the API writes it. */
export type OutputItem = MessageItem | FunctionCallItem;

/** A text. */
export interface MessageItem {
  readonly type: "message";
  readonly id: string;
  readonly role: "assistant";
  readonly status: "completed" | "in_progress";
  readonly content: readonly TextPart[];
}

/** A part of a text. */
export interface TextPart {
  readonly type: "output_text";
  readonly text: string;
  readonly annotations: readonly never[];
}

/** A tool to call. */
export interface FunctionCallItem {
  readonly type: "function_call";
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly status: "completed" | "in_progress";
}

/** A part of a text. */
export const textPart = (text: string): TextPart => ({
  type: "output_text",
  text,
  annotations: [],
});

/** What a turn says and asks for: the text first, if it has one, then its tools. */
export function outputItems(turn: AnswerTurn, request: ModelRequest): OutputItem[] {
  const text = textChunks(turn.text).join("");
  const calls = callsOf(turn, request);
  const message: MessageItem = {
    type: "message",
    id: `msg_scripted_${request.index}`,
    role: "assistant",
    status: "completed",
    content: [textPart(text)],
  };
  return [
    ...(text !== "" || calls.length === 0 ? [message] : []),
    ...calls.map(
      ({ id, name, text: given }, position): FunctionCallItem => ({
        type: "function_call",
        id: `fc_scripted_${request.index}_${position}`,
        call_id: id,
        name,
        arguments: given,
        status: "completed",
      }),
    ),
  ];
}

/** The members of a response that do not change while it is made. */
export function responseHead(request: ModelRequest) {
  return {
    id: `resp_scripted_${request.index}`,
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    model: request.model,
    error: null,
    incomplete_details: null,
  };
}

/** The whole response. */
export function completedResponse(turn: AnswerTurn, request: ModelRequest) {
  const { promptTokens, completionTokens } = usageOf(turn, request);
  return {
    ...responseHead(request),
    status: "completed",
    output: outputItems(turn, request),
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: completionTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + completionTokens,
    },
  };
}
