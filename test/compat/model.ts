// The model of all compatibility runs: what it does is in the message.
import type { ModelRequest, ScriptedTurn } from "@stubwright/testkit";

/** Name of the tool that the model calls when it is told to. */
export const TOOL = "compat_lookup";

/** `say X`, `call the tool`, `hang`: the last message of the user decides. */
export function answer(request: ModelRequest): ScriptedTurn {
  const last = request.messages.findLast(({ role }) => role === "user" || role === "tool");
  if (last?.role === "tool") return { text: `The tool said: ${textOf(last.content)}` };
  const prompts = request.messages.filter(({ role }) => role === "user");
  const prompt = prompts
    .map(({ content }) => textOf(content))
    .findLast((text) => /COMPAT/.test(text));
  const [, command, rest = ""] = /COMPAT (\w+) ?([^\n<]*)/.exec(prompt ?? "") ?? [];
  if (command === "call") return { toolCalls: [{ name: TOOL, arguments: { key: rest } }] };
  if (command === "hang") return { text: "never", delayMs: Number.POSITIVE_INFINITY };
  return { text: command === "say" ? rest : "no command" };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => String(part.text ?? "")).join("");
}
