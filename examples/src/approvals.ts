// Every permission that the agent wants is asked for on the terminal. A "no" may have a reason,
// which the model reads.
import { CopilotClient, type PermissionRequest } from "@stubwright/copilot";
import { openLines } from "./support/lines.js";
import { openSetting } from "./support/setting.js";

const HELP = `Give the agent a task and decide yourself what it may do: answer y, or n and a reason.

Usage: node examples/dist/approvals.js [--offline] [task]`;

await using setting = await openSetting(HELP, ({ messages }) => {
  const last = messages.at(-1);
  if (last?.role === "tool") return { text: `The tool said: ${String(last.content)}` };
  const command = { command: "echo approved", description: "Say so" };
  return { toolCalls: [{ name: "bash", arguments: command }] };
});
const [task = "Run the command: echo approved"] = setting.args;

using lines = openLines();
await using client = new CopilotClient(setting.client);
await using session = await client.createSession({
  ...setting.session,
  onPermissionRequest: async (request) => {
    const answer = (await lines.ask(`May the agent ${describe(request)}? [y / n reason] `)) ?? "n";
    if (answer.trim().toLowerCase() === "y") return { kind: "approve-once" };
    const feedback = answer.replace(/^n\s*/i, "") || "The user said no.";
    return { kind: "reject", feedback };
  },
});
const answer = await session.sendAndWait(task, 300_000);
console.log(`\n${answer?.data.content ?? "The agent said nothing."}`);

function describe(request: PermissionRequest): string {
  switch (request.kind) {
    case "shell":
      return `run: ${request.fullCommandText}`;
    case "write":
      return `write to ${request.fileName}`;
    case "read":
      return `read ${request.path}`;
    default:
      return `use its permission "${request.kind}"`;
  }
}
