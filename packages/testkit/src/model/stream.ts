import { once } from "node:events";
import type { ServerResponse } from "node:http";
import {
  type CompletionTurn,
  completionHead,
  finishReason,
  type WireToolCall,
  wireToolCalls,
  wireUsage,
} from "./completion.js";
import { pause } from "./pause.js";
import { type ModelRequest, wantsUsage } from "./request.js";
import { textChunks } from "./script.js";

/**
 * Streams an answer as server-sent events: text chunk by chunk, each tool call in three pieces (its
 * head, then its arguments cut in two), the end, the usage if asked for, `[DONE]`.
 *
 * @throws The signal's abort error when the caller hangs up in the middle.
 */
export async function streamCompletion(
  response: ServerResponse,
  turn: CompletionTurn,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<void> {
  const head = { ...completionHead(request), object: "chat.completion.chunk" };
  const choice = (delta: object, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
  });
  await send(response, JSON.stringify(choice({ role: "assistant", content: "" })), signal);
  for (const delta of deltas(turn, request)) {
    await pause(turn.chunkDelayMs, signal);
    await send(response, JSON.stringify(choice(delta)), signal);
  }
  await send(response, JSON.stringify(choice({}, finishReason(turn))), signal);
  if (wantsUsage(request)) {
    const usage = { ...head, choices: [], usage: wireUsage(turn, request) };
    await send(response, JSON.stringify(usage), signal);
  }
  await send(response, "[DONE]", signal);
  response.end();
}

function* deltas(turn: CompletionTurn, request: ModelRequest): Generator<object> {
  for (const content of textChunks(turn.text)) yield { content };
  for (const [index, call] of wireToolCalls(turn, request).entries()) {
    for (const piece of toolCallPieces(call)) yield { tool_calls: [{ index, ...piece }] };
  }
}

function toolCallPieces(call: WireToolCall): object[] {
  const text = call.function.arguments;
  const middle = Math.ceil(text.length / 2);
  return [
    { id: call.id, type: call.type, function: { name: call.function.name, arguments: "" } },
    { function: { arguments: text.slice(0, middle) } },
    { function: { arguments: text.slice(middle) } },
  ];
}

async function send(response: ServerResponse, data: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(`data: ${data}\n\n`)) await once(response, "drain", { signal });
}
