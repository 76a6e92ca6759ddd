import { spawnTransport } from "@stubwright/rpc";
import type { ChatItem } from "../protocol.js";
import { loadProtocol } from "../protocols.js";
import { clientInfo } from "./client-info.js";
import type { CommandOptions, SessionRecipe, Target } from "./target.js";

/** The version of ACP that the generated package is of. */
const ACP_VERSION = 1;

/** An agent that speaks the Agent Client Protocol. */
export async function acpTarget(
  [program = "", ...args]: readonly string[],
  options: CommandOptions = {},
): Promise<Target> {
  return {
    title: [program, ...args].join(" "),
    kind: "command",
    protocol: await loadProtocol("acp"),
    open: async () => {
      const transport = spawnTransport({ ...options, command: program, args });
      return { transport, lastWords: () => transport.stderrTail() };
    },
    handshake: (peer) =>
      peer.request("initialize", {
        protocolVersion: ACP_VERSION,
        clientCapabilities: {},
        clientInfo,
      }),
    sessions: SESSIONS,
    choices: (method, params) => {
      if (method !== "session/request_permission") return [];
      const { options = [] } = params as { options?: { optionId: string; name: string }[] };
      return options.map(({ optionId, name }) => ({
        label: name,
        result: { outcome: { outcome: "selected", optionId } },
      }));
    },
  };
}

const SESSIONS: SessionRecipe = {
  defaults: { cwd: process.cwd(), mcpServers: [] },
  create: async (peer, settings) => {
    const answer = await peer.request("session/new", settings);
    return (answer as { sessionId: string }).sessionId;
  },
  resume: async (peer, sessionId, settings) => {
    await peer.request("session/load", { ...settings, sessionId });
    return sessionId;
  },
  // Its answer comes at the end of the turn.
  send: (peer, sessionId, text) =>
    peer.request("session/prompt", { sessionId, prompt: [{ type: "text", text }] }),
  read: (method, params) => {
    if (method !== "session/update") return [];
    const { sessionId, update } = params as { sessionId: string; update: Update };
    return readUpdate(update, { session: sessionId, at: Date.now() });
  },
};

interface Update {
  readonly sessionUpdate?: string;
  readonly content?: { readonly text?: string };
  readonly toolCallId?: string;
  readonly title?: string;
  readonly rawInput?: unknown;
  readonly rawOutput?: unknown;
  readonly status?: string;
}

function readUpdate(update: Update, common: { session: string; at: number }): ChatItem[] {
  const text = update.content?.text ?? "";
  switch (update.sessionUpdate) {
    case "user_message_chunk":
      return [{ ...common, kind: "user", text }];
    case "agent_message_chunk":
      return [{ ...common, kind: "delta", text }];
    case "agent_thought_chunk":
      return [{ ...common, kind: "reasoning", text }];
    case "tool_call":
    case "tool_call_update": {
      const { toolCallId: id = "", title: name = "", status, rawInput, rawOutput } = update;
      const state = status === "completed" ? "done" : status === "failed" ? "failed" : "running";
      const values = {
        ...(rawInput !== undefined && { input: rawInput }),
        ...(rawOutput !== undefined && { output: rawOutput }),
      };
      return [{ ...common, kind: "tool", id, name, ...values, state }];
    }
    default:
      return [];
  }
}
