import {
  type ChatMessage,
  type ChatTool,
  isRecord,
  type ModelRequest,
  readBase,
} from "../request.js";

/**
 * Reads a request of the Responses API. Its items are told as messages, so that one script serves
 * both APIs; items of other kinds, such as reasoning, are in `body` alone.
 */
export function readResponsesRequest(
  index: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): ModelRequest {
  const base = readBase(index, text, headers);
  const { instructions, input, tools } = base.body;
  if (typeof input !== "string" && !Array.isArray(input)) {
    throw new TypeError("`input` is neither a text nor a list");
  }
  const said = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const system =
    typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  return {
    ...base,
    wireApi: "responses",
    messages: [...system, ...said.flatMap(readItem)],
    tools: Array.isArray(tools) ? tools.flatMap(readTool) : [],
  };
}

function readItem(item: unknown): ChatMessage[] {
  if (!isRecord(item)) return [];
  const { type, role, content, call_id: id, name, arguments: given, output } = item;
  if (typeof role === "string") return [{ role, content }];
  if (typeof id !== "string") return [];
  if (type === "function_call_output") return [{ role: "tool", tool_call_id: id, content: output }];
  if (type !== "function_call" || typeof name !== "string") return [];
  const call = { id, function: { name, arguments: String(given) } };
  return [{ role: "assistant", content: null, tool_calls: [call] }];
}

function readTool(entry: unknown): ChatTool[] {
  if (!isRecord(entry) || typeof entry.name !== "string") return [];
  const { name, description, parameters } = entry;
  return [{ name, parameters, ...(typeof description === "string" && { description }) }];
}
