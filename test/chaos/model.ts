// The model of chaos runs: the last message of the user says what it does.
import { type CopilotSession, defineTool } from "@stubwright/copilot";
import type { ModelRequest, ScriptedTurn } from "@stubwright/testkit";

/** The turns that are crashed: a long text, a slow tool, a tool behind a permission, a short text. */
export const TURNS = ["CHAOS text", "CHAOS tool", "CHAOS ask", "CHAOS short"] as const;

/** What the model does with a request. */
export function answer(request: ModelRequest): ScriptedTurn {
  const last = request.messages.findLast(({ role }) => role === "user" || role === "tool");
  if (last?.role === "tool") return { text: "the tool has spoken", chunkDelayMs: 5 };
  const [, command] = /CHAOS (\w+)/.exec(JSON.stringify(last?.content ?? "")) ?? [];
  if (command === "tool") return { toolCalls: [{ name: "slow", arguments: { ms: 40 } }] };
  if (command === "ask") return { toolCalls: [{ name: "asking", arguments: { ms: 5 } }] };
  if (command === "text") return { text: "one two three four five six seven", chunkDelayMs: 10 };
  return { text: "done" };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The tools of every session. */
export const TOOLS = ["slow", "asking"].map((name) =>
  defineTool(name, {
    description: "waits",
    skipPermission: name === "slow",
    parameters: { type: "object", properties: { ms: { type: "number" } }, required: ["ms"] },
    handler: async (args) => {
      await wait((args as { ms: number }).ms);
      return "waited";
    },
  }),
);

/** Sends turns until told to stop. @returns When it has. */
export async function work(
  session: CopilotSession,
  random: () => number,
  stopped: () => boolean,
  settled: (error: unknown) => void,
): Promise<void> {
  while (!stopped() && !session.closed.aborted) {
    const prompt = TURNS[Math.floor(random() * TURNS.length)] ?? TURNS[0];
    await session.sendAndWait(prompt, 30_000).catch(settled);
  }
}
