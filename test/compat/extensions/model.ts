import type { ModelRequest, ScriptedTurn } from "@stubwright/testkit";

/** What the model of these runs does, and what it can be told meanwhile. */
export class NotesModel {
  /** Whether agents get no answer. */
  hangs = false;
  /** Prompts of agents, in the order in which they came. */
  readonly asked: string[] = [];

  /** `NOTE text` has the tool called, `BOARD` the canvas opened; agents repeat their note. */
  readonly answer = (request: ModelRequest): ScriptedTurn => {
    const last = request.messages.findLast(({ role }) => role === "user" || role === "tool");
    const text = JSON.stringify(last?.content ?? "");
    const note = /What does this note ask for\? (\w+)/.exec(text)?.[1];
    if (note !== undefined) {
      this.asked.push(note);
      if (this.hangs && note === "second") return { text: "", delayMs: Number.POSITIVE_INFINITY };
      return { text: `It asks for ${note}.` };
    }
    if (last?.role === "tool") return { text: `The tool said: ${text}` };
    const wanted = /NOTE (\w+)/.exec(text)?.[1];
    if (wanted) return { toolCalls: [{ name: "add_note", arguments: { text: wanted } }] };
    if (!/BOARD/.test(text)) return { text: "Well." };
    const opened = { canvasId: "notes", instanceId: "n1", input: {} };
    return { toolCalls: [{ name: "open_canvas", arguments: opened }] };
  };
}
