import { spawnTransport } from "@stubwright/rpc";
import { loadProtocol } from "../protocols.js";
import { clientInfo } from "./client-info.js";
import type { CommandOptions, Target } from "./target.js";

/** What the inspector answers an MCP server: by hand, on the page. */
const CAPABILITIES = { sampling: {}, elicitation: {}, roots: {} };

/** A server that speaks the Model Context Protocol over its stdin and stdout. */
export async function mcpTarget(
  [program = "", ...args]: readonly string[],
  options: CommandOptions = {},
): Promise<Target> {
  const protocol = await loadProtocol("mcp");
  const protocolVersion = protocol.descriptor.version;
  return {
    title: [program, ...args].join(" "),
    kind: "command",
    protocol,
    open: async () => {
      const transport = spawnTransport({ ...options, command: program, args });
      return { transport, lastWords: () => transport.stderrTail() };
    },
    handshake: async (peer) => {
      const hello = { protocolVersion, capabilities: CAPABILITIES, clientInfo };
      const info = await peer.request("initialize", hello);
      await peer.notify("notifications/initialized");
      return info;
    },
    choices: (method) => CHOICES[method] ?? [],
  };
}

const CHOICES: Readonly<Record<string, readonly { label: string; result: unknown }[]>> = {
  "roots/list": [{ label: "No roots", result: { roots: [] } }],
  "elicitation/create": [
    { label: "Decline", result: { action: "decline" } },
    { label: "Cancel", result: { action: "cancel" } },
  ],
};
