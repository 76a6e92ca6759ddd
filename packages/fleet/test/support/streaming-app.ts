// An app in a process of its own: takes one streamed turn by a fleet, says when its first piece has
// come, and at the end how many bytes there were.
import { CopilotClient } from "@stubwright/copilot";
import { RuntimeConnection } from "@stubwright/fleet";

const [servers = "", model = "", provider = ""] = process.argv.slice(2);
const client = new CopilotClient({
  connection: RuntimeConnection.forFleet({ servers, silentMs: 30_000, windowBytes: 64 * 1024 }),
});
const session = await client.createSession({
  model,
  provider: JSON.parse(provider),
  streaming: true,
  availableTools: [],
});
let bytes = 0;
session.on("assistant.message_delta", ({ data }) => {
  if (bytes === 0) process.stdout.write("first\n");
  bytes += data.deltaContent.length;
});
await session.sendAndWait("go", 60_000);
process.stdout.write(`bytes ${bytes}\n`);
await client.stop();
