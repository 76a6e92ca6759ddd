// A chat on the terminal: answers come word by word, and the model may use a tool of this program.
import { approveAll, CopilotClient, defineTool } from "@stubwright/copilot";
import { openLines } from "./support/lines.js";
import { openSetting } from "./support/setting.js";

const HELP = `Chat with the agent; it can look up what time it is in a time zone. An empty line ends it.

Usage: node examples/dist/chat.js [--offline]`;

await using setting = await openSetting(HELP, ({ messages }) => {
  const last = messages.at(-1);
  if (last?.role === "tool") return { text: ["The clock says ", String(last.content), "."] };
  return { toolCalls: [{ name: "get_time", arguments: { timeZone: "Europe/Lisbon" } }] };
});

const getTime = defineTool<{ timeZone: string }>("get_time", {
  description: "Tells the time in a time zone.",
  parameters: {
    type: "object",
    properties: { timeZone: { type: "string", description: "Such as Europe/Lisbon" } },
    required: ["timeZone"],
  },
  handler: ({ timeZone }) => new Date().toLocaleTimeString("en-GB", { timeZone }),
});

await using client = new CopilotClient(setting.client);
await using session = await client.createSession({
  ...setting.session,
  streaming: true,
  tools: [getTime],
  onPermissionRequest: approveAll,
});
session.on("assistant.message_delta", ({ data }) => process.stdout.write(data.deltaContent));
session.on("external_tool.requested", ({ data }) => console.log(`[${data.toolName}]`));

using lines = openLines();
for (;;) {
  const prompt = await lines.ask("you> ");
  if (!prompt) break;
  await session.sendAndWait(prompt, { timeout: 300_000, inactivityTimeout: 60_000 });
  console.log();
}
