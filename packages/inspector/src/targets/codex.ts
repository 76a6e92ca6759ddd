import { spawnTransport } from "@stubwright/rpc";
import type { ChatItem } from "../protocol.js";
import { loadProtocol } from "../protocols.js";
import { clientInfo } from "./client-info.js";
import type { CommandOptions, SessionRecipe, Target } from "./target.js";

/** A Codex app-server. `command` starts it; default `codex app-server`. */
export async function codexTarget(
  command: readonly string[] = [],
  options: CommandOptions = {},
): Promise<Target> {
  const [program = "codex", ...args] = command.length > 0 ? command : ["codex", "app-server"];
  return {
    title: [program, ...args].join(" "),
    kind: "command",
    protocol: await loadProtocol("codex"),
    open: async () => {
      const transport = spawnTransport({ ...options, command: program, args });
      return { transport, lastWords: () => transport.stderrTail() };
    },
    handshake: async (peer) => {
      const info = await peer.request("initialize", { clientInfo, capabilities: null });
      await peer.notify("initialized");
      return info;
    },
    sessions: SESSIONS,
    choices: (method) => (/requestApproval$/.test(method) ? APPROVALS : []),
  };
}

const APPROVALS = ["accept", "decline", "cancel"].map((decision) => ({
  label: `${decision[0]?.toUpperCase()}${decision.slice(1)}`,
  result: { decision },
}));

const SESSIONS: SessionRecipe = {
  defaults: {},
  create: async (peer, settings) => {
    const answer = await peer.request("thread/start", settings);
    return (answer as { thread: { id: string } }).thread.id;
  },
  resume: async (peer, threadId, settings) => {
    await peer.request("thread/resume", { ...settings, threadId });
    return threadId;
  },
  send: (peer, threadId, text) =>
    peer.request("turn/start", { threadId, input: [{ type: "text", text }] }),
  read: (method, params) => {
    const { threadId: session } = params as { threadId?: string };
    if (session === undefined) return [];
    const common = { session, at: Date.now() };
    const item = params.item as Item | undefined;
    if (method === "turn/started") return [{ ...common, kind: "turnStart" }];
    if (method === "turn/completed") return [{ ...common, kind: "turnEnd" }];
    if (method === "item/agentMessage/delta") {
      return [{ ...common, kind: "delta", text: String(params.delta ?? "") }];
    }
    if (method === "error")
      return [{ ...common, kind: "error", text: JSON.stringify(params.error) }];
    if (item === undefined || !method.startsWith("item/")) return [];
    return readItem(item, method === "item/completed", common);
  },
};

interface Item {
  readonly type?: string;
  readonly id?: string;
  readonly text?: string;
  readonly content?: unknown;
}

function readItem(
  item: Item,
  isDone: boolean,
  common: { session: string; at: number },
): ChatItem[] {
  const { type = "", id = "", text = "" } = item;
  if (type === "userMessage") return isDone ? [{ ...common, kind: "user", text: said(item) }] : [];
  if (type === "agentMessage") return isDone ? [{ ...common, kind: "text", text }] : [];
  if (type === "reasoning") return [];
  const state = isDone ? "done" : "running";
  return [
    {
      ...common,
      kind: "tool",
      id,
      name: type,
      ...(isDone ? { output: item } : { input: item }),
      state,
    },
  ];
}

function said(item: Item): string {
  const parts = Array.isArray(item.content) ? (item.content as { text?: string }[]) : [];
  return parts.map(({ text = "" }) => text).join("");
}
