import type { ChatItem } from "../../../src/protocol.js";

/** Something that the agent said or did. */
export type Part =
  | { kind: "text" | "reasoning" | "error"; text: string; isStreaming?: boolean }
  | {
      kind: "tool";
      id: string;
      name: string;
      input?: unknown;
      output?: unknown;
      state: "running" | "done" | "failed";
    };

/** One turn of a session. */
export interface Turn {
  said: string;
  parts: Part[];
  ms: number;
  input: number;
  output: number;
  isRunning: boolean;
}

/** Puts what came of a session together as turns: pieces become texts, ends of tools their cards. */
export function toTurns(items: readonly ChatItem[]): Turn[] {
  const turns: Turn[] = [];
  let began = 0;
  const begin = (at: number, said = "") => {
    began = at;
    const turn: Turn = { said, parts: [], ms: 0, input: 0, output: 0, isRunning: true };
    turns.push(turn);
    return turn;
  };
  for (const item of items) {
    const last = turns.at(-1);
    const isNew = item.kind === "user" && (!last || last.parts.length > 0 || !last.isRunning);
    if (item.kind === "turnEnd" && !last?.isRunning) continue;
    const turn = isNew || !last?.isRunning ? begin(item.at) : last;
    turn.ms = item.at - began;
    add(turn, item);
  }
  return turns;
}

function add(turn: Turn, item: ChatItem): void {
  const streamed = turn.parts.at(-1);
  switch (item.kind) {
    case "user":
      turn.said += item.text;
      break;
    case "delta":
      if (streamed?.kind === "text" && streamed.isStreaming) streamed.text += item.text;
      else turn.parts.push({ kind: "text", text: item.text, isStreaming: true });
      break;
    case "text":
      // The whole text takes the place of its pieces.
      if (streamed?.kind === "text" && streamed.isStreaming) turn.parts.pop();
      if (item.text) turn.parts.push({ kind: "text", text: item.text });
      break;
    case "reasoning":
    case "error":
      turn.parts.push({ kind: item.kind, text: item.text });
      break;
    case "tool": {
      const known = turn.parts.find((part) => part.kind === "tool" && part.id === item.id);
      if (known?.kind !== "tool") {
        const { id, name, state, input, output } = item;
        turn.parts.push({ kind: "tool", id, name, state, input, output });
        break;
      }
      known.state = item.state;
      known.name ||= item.name;
      known.input ??= item.input;
      known.output = item.output ?? known.output;
      break;
    }
    case "usage":
      turn.input += item.input;
      turn.output += item.output;
      break;
    case "turnEnd":
      turn.isRunning = false;
  }
}
