// One client for any agent that speaks ACP: the same prompt to each of those that are named.
import { connect } from "@stubwright/acp-protocol";
import { spawnTransport } from "@stubwright/rpc";
import { readCommand } from "./support/arguments.js";

const HELP = `Give the same prompt to several agents over the Agent Client Protocol.

Usage: node examples/dist/acp-prompt.js prompt "command" ["command" …]

Such as: node examples/dist/acp-prompt.js "What is here?" "copilot --acp" "opencode acp"
What an agent asks permission for is allowed once. Agents use the models that they are set up with.`;

const { words } = readCommand(HELP);
const [text, ...commands] = words;
if (text === undefined || commands.length === 0) {
  console.error(`A prompt and a command are needed.\n\n${HELP}`);
  process.exit(2);
}
for (const line of commands) await ask(line, text);

async function ask(line: string, prompt: string): Promise<void> {
  const [command = "", ...args] = line.split(" ");
  const { peer, agent, session, info } = await connect(spawnTransport({ command, args }), {
    clientInfo: { name: "stubwright-example", version: "1.0.0" },
    sessionHandlers: {
      update: ({ update }) => {
        if (update.sessionUpdate === "tool_call") console.log(`[${update.title}]`);
        if (update.sessionUpdate !== "agent_message_chunk") return;
        if (update.content.type === "text") process.stdout.write(update.content.text);
      },
      requestPermission: ({ toolCall, options }) => {
        const once = options.find(({ kind }) => kind === "allow_once");
        console.log(`[${once ? "allowed" : "not allowed"}: ${toolCall.title ?? "a tool"}]`);
        if (!once) return { outcome: { outcome: "cancelled" } };
        return { outcome: { outcome: "selected", optionId: once.optionId } };
      },
    },
  });
  try {
    console.log(`--- ${info.agentInfo?.name ?? command}`);
    const { sessionId } = await agent.session.new({ cwd: process.cwd(), mcpServers: [] });
    const { stopReason } = await session(sessionId).prompt({
      prompt: [{ type: "text", text: prompt }],
    });
    console.log(`\n[${stopReason}]`);
  } finally {
    await peer.close();
  }
}
