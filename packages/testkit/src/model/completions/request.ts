import {
  type ChatMessage,
  type ChatTool,
  isRecord,
  type ModelRequest,
  readBase,
} from "../request.js";

/** Reads a request of the Completions API. */
export function readCompletionRequest(
  index: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): ModelRequest {
  const base = readBase(index, text, headers);
  const { messages, tools } = base.body;
  if (!Array.isArray(messages)) throw new TypeError("`messages` is not a list");
  return {
    ...base,
    wireApi: "completions",
    messages: messages.filter(isMessage),
    tools: Array.isArray(tools) ? tools.flatMap(readTool) : [],
  };
}

/** Whether the last chunk of the stream shall hold the usage. */
export function wantsUsage(request: ModelRequest): boolean {
  const options = request.body.stream_options;
  return isRecord(options) && options.include_usage === true;
}

function readTool(entry: unknown): ChatTool[] {
  if (!isRecord(entry) || !isRecord(entry.function)) return [];
  const { name, description, parameters } = entry.function;
  if (typeof name !== "string") return [];
  return [{ name, parameters, ...(typeof description === "string" && { description }) }];
}

function isMessage(value: unknown): value is ChatMessage {
  return isRecord(value) && typeof value.role === "string";
}
