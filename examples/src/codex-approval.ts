// A turn of the Codex app-server whose commands are asked for on the terminal.
import { connect } from "@stubwright/codex-protocol";
import { spawnTransport } from "@stubwright/rpc";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readCommand } from "./support/arguments.js";
import { openLines } from "./support/lines.js";

const HELP = `Give Codex a task and decide yourself what it may run: answer y or n.

Usage: node examples/dist/codex-approval.js [--offline] [codex [task]]

  codex      path of the program. Default: codex
  --offline  use a scripted model and a home of its own instead of your account`;

const { words, offline } = readCommand(HELP);
const [command = "codex", task = "Say hello in the shell."] = words;

await using home = await createIsolatedEnvironment();
await using model = await startScriptedModel(({ messages }) =>
  messages.some(({ role }) => role === "tool")
    ? { text: "It is done." }
    : { toolCalls: [{ name: "exec_command", arguments: { cmd: "echo hello > hello.txt" } }] },
);
const provider = `{name="scripted",base_url="${model.url}",wire_api="responses"}`;
const settings = [`model="${model.model}"`, 'model_provider="scripted"'];
const args = [...settings, `model_providers.scripted=${provider}`].flatMap((one) => ["-c", one]);
const started = offline
  ? { args: ["app-server", ...args], env: { ...home.env, CODEX_HOME: home.folder } }
  : { args: ["app-server"] };
const cwd = offline ? home.folder : process.cwd();

using lines = openLines();
let end = (_status: string) => {};
const ended = new Promise<string>((resolve) => {
  end = resolve;
});
const { peer, server, thread } = await connect(spawnTransport({ command, cwd, ...started }), {
  clientInfo: { name: "stubwright-example", version: "1.0.0" },
  threadHandlers: {
    item: {
      agentMessage: {
        delta: ({ delta }) => {
          process.stdout.write(delta);
        },
      },
      commandExecution: {
        requestApproval: async (params) => {
          const answer = await lines.ask(`May Codex run: ${params.command}? [y / n] `);
          return { decision: answer?.trim() === "y" ? "accept" : "decline" };
        },
      },
      completed: ({ item }) => {
        if (item.type === "commandExecution") console.log(`[${item.command}: ${item.status}]`);
      },
    },
    turn: { completed: ({ turn }) => end(turn.status) },
  },
});
try {
  const { thread: opened } = await server.thread.start({
    cwd,
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
  });
  await thread(opened.id).turn.start({ input: [{ type: "text", text: task }] });
  console.log(`\n[${await ended}]`);
} finally {
  await peer.close();
}
