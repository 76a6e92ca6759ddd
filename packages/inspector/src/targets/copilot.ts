import { randomUUID } from "node:crypto";
import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
import { connectTcp, type Peer } from "@stubwright/rpc";
import type { Ask, ChatItem } from "../protocol.js";
import { loadProtocol } from "../protocols.js";
import type { SessionRecipe, Target } from "./target.js";

/** Where a runtime is that is started by the inspector, or runs already. */
export interface CopilotTargetOptions {
  /** A runtime that listens; default: one is started. */
  readonly url?: { readonly host: string; readonly port: number };
  /** The secret of the runtime that listens. */
  readonly token?: string;
  /** Path of the runtime. Default: the installed platform package. */
  readonly path?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The runtime of the GitHub Copilot CLI. */
export async function copilotTarget(options: CopilotTargetOptions = {}): Promise<Target> {
  const { url } = options;
  const token = options.token ?? (url ? undefined : randomUUID());
  return {
    title: url ? `Copilot runtime at ${url.host}:${url.port}` : "Copilot runtime",
    kind: url ? "url" : "command",
    protocol: await loadProtocol("copilot"),
    open: async () => {
      if (url) return { transport: await connectTcp(url) };
      const { path, env } = options;
      const client = new CopilotClient({
        ...(env && { env }),
        autoRestart: false,
        connection: RuntimeConnection.forTcp({
          connectionToken: token as string,
          ...(path !== undefined && { path }),
        }),
      });
      await client.start();
      const transport = await connectTcp({ port: client.port as number });
      return { transport, close: async () => void (await client.stop()) };
    },
    handshake: (peer) => peer.request("connect", token === undefined ? {} : { token }),
    sessions: SESSIONS,
    broadcasts: BROADCASTS,
    choices: (method) => CHOICES[method] ?? [],
  };
}

const SESSIONS: SessionRecipe = {
  defaults: { model: "gpt-5", streaming: true, requestPermission: true },
  create: async (peer, settings) => {
    const answer = await peer.request("session.create", settings);
    return (answer as { sessionId: string }).sessionId;
  },
  resume: async (peer, sessionId, settings) => {
    await peer.request("session.resume", { ...settings, sessionId });
    return sessionId;
  },
  send: (peer: Peer, sessionId, prompt) => peer.request("session.send", { sessionId, prompt }),
  read: (method, params) => {
    if (method !== "session.event") return [];
    const { sessionId, event } = params as { sessionId: string; event: LooseEvent };
    const at = Date.parse(event.timestamp ?? "") || Date.now();
    return readEvent(event, { session: sessionId, at });
  },
};

interface LooseEvent {
  readonly type?: string;
  readonly timestamp?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

function readEvent(
  { type, data = {} }: LooseEvent,
  common: { readonly session: string; readonly at: number },
): ChatItem[] {
  const text = (name: string) => (typeof data[name] === "string" ? (data[name] as string) : "");
  const number = (name: string) => Number(data[name] ?? 0);
  switch (type) {
    case "user.message":
      return [{ ...common, kind: "user", text: text("content") }];
    case "assistant.turn_start":
      return [{ ...common, kind: "turnStart" }];
    case "assistant.message_delta":
      return [{ ...common, kind: "delta", text: text("deltaContent") }];
    case "assistant.reasoning":
      return [{ ...common, kind: "reasoning", text: text("content") }];
    case "assistant.message":
      return [{ ...common, kind: "text", text: text("content") }];
    case "tool.execution_start": {
      const [id, name, input] = [text("toolCallId"), text("toolName"), data.arguments];
      return [{ ...common, kind: "tool", id, name, input, state: "running" }];
    }
    case "tool.execution_complete": {
      const state = data.success === false ? "failed" : "done";
      const output = data.result ?? data.error;
      return [{ ...common, kind: "tool", id: text("toolCallId"), name: "", output, state }];
    }
    case "assistant.usage":
      return [
        { ...common, kind: "usage", input: number("inputTokens"), output: number("outputTokens") },
      ];
    case "session.error":
      return [{ ...common, kind: "error", text: text("message") }];
    case "session.idle":
      return [{ ...common, kind: "turnEnd" }];
    default:
      return [];
  }
}

/** Events that ask all clients of a session (protocol 3, seen on 1.0.85). */
const BROADCASTS = {
  "permission.requested": {
    method: "session.permissions.handlePendingPermissionRequest",
    settledBy: "permission.completed",
  },
  "external_tool.requested": {
    method: "session.tools.handlePendingToolCall",
    settledBy: "external_tool.completed",
  },
  "elicitation.requested": {
    method: "session.ui.handlePendingElicitation",
    settledBy: "elicitation.completed",
  },
  "user_input.requested": {
    method: "session.ui.handlePendingUserInput",
    settledBy: "user_input.completed",
  },
  "exit_plan_mode.requested": {
    method: "session.ui.handlePendingExitPlanMode",
    settledBy: "exit_plan_mode.completed",
  },
  "sampling.requested": {
    method: "session.ui.handlePendingSampling",
    settledBy: "sampling.completed",
  },
  "command.execute": {
    method: "session.commands.handlePendingCommand",
    settledBy: "command.completed",
  },
} as const;

const CHOICES: Readonly<Record<string, Ask["choices"]>> = {
  "permission.requested": [
    { label: "Allow once", result: { result: { kind: "approve-once" } } },
    { label: "Deny", result: { result: { kind: "reject" } } },
  ],
  "external_tool.requested": [{ label: "Answer done", result: { result: "done" } }],
  "elicitation.requested": [
    { label: "Decline", result: { result: { action: "decline" } } },
    { label: "Cancel", result: { result: { action: "cancel" } } },
  ],
};
