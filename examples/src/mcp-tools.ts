// A client of an MCP server: a tool that reports its progress, one that asks for this program's
// model, and one that asks for its folders.
import { type CallToolResult, connect, type Progress } from "@stubwright/mcp-protocol";
import { spawnTransport, withProgress } from "@stubwright/rpc";
import { readCommand } from "./support/arguments.js";

const HELP = `Call tools of the MCP server "everything": with progress, sampling and roots.

Usage: node examples/dist/mcp-tools.js [command [argument …]]

The command starts the server. Default: npx -y @modelcontextprotocol/server-everything stdio`;

const { words } = readCommand(HELP);
const everything = ["npx", "-y", "@modelcontextprotocol/server-everything", "stdio"];
const [command = "", ...args] = words.length > 0 ? words : everything;

const { peer, server, info } = await connect(spawnTransport({ command, args }), {
  clientInfo: { name: "stubwright-example", version: "1.0.0" },
  capabilities: { sampling: {}, roots: {} },
  handlers: {
    roots: { list: () => ({ roots: [{ uri: "file:///home/ada/project", name: "project" }] }) },
    sampling: {
      createMessage: ({ messages }) => {
        console.log(`[the server asks this program's model, by ${messages.length} message]`);
        const content = { type: "text", text: "Forty-two." } as const;
        return { role: "assistant", model: "scripted", content };
      },
    },
    notifications: { message: () => {}, tools: { listChanged: () => {} } },
  },
});
try {
  console.log(`Connected to ${info.serverInfo.name}.`);
  const long = { name: "trigger-long-running-operation", arguments: { duration: 1, steps: 4 } };
  const call = withProgress<CallToolResult, Progress>((options) =>
    server.tools.call(long, options),
  );
  for await (const { progress, total } of call) console.log(`step ${progress} of ${total}`);
  print(await call.result);
  const sampling = { name: "trigger-sampling-request", arguments: { prompt: "What is it?" } };
  print(await server.tools.call(sampling));
  print(await server.tools.call({ name: "get-roots-list", arguments: {} }));
} finally {
  await peer.close();
}

function print({ content }: CallToolResult): void {
  for (const block of content) if (block.type === "text") console.log(block.text);
}
