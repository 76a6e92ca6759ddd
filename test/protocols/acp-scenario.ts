import {
  connect,
  type RequestPermissionRequest,
  type SessionNotification,
} from "@stubwright/acp-protocol";
import type { Diagnostic, Transport } from "@stubwright/rpc";

/** What a run over ACP showed. */
export interface AcpRun {
  readonly agent: string;
  readonly stopReason: string;
  /** How a turn ended that was cancelled. */
  readonly cancelled: string;
  /** What the agent said. */
  readonly said: string;
  /** The kinds of updates that came. */
  readonly updates: readonly string[];
  /** Titles of what permission was asked for. */
  readonly permissions: readonly string[];
  /** The code of the error for a session that is not there. */
  readonly unknownSession: unknown;
  readonly saw: readonly Diagnostic[];
}

/** A session with a prompt, a permission, a cancelled prompt and an error: the same for any agent. */
export async function runAcp(transport: Transport, cwd: string): Promise<AcpRun> {
  const saw: Diagnostic[] = [];
  const updates = new Set<string>();
  const permissions: string[] = [];
  let said = "";
  const update = ({ update: one }: SessionNotification) => {
    updates.add(one.sessionUpdate);
    if (one.sessionUpdate !== "agent_message_chunk") return;
    if (one.content.type === "text") said += one.content.text;
  };
  const requestPermission = ({ toolCall, options }: RequestPermissionRequest) => {
    permissions.push(toolCall.title ?? "");
    const { optionId } = options.find(({ kind }) => kind === "allow_once") ?? options[0]!;
    return { outcome: { outcome: "selected" as const, optionId } };
  };
  const { peer, agent, session, info } = await connect(transport, {
    clientInfo: { name: "stubwright-test", version: "1" },
    sessionHandlers: { update, requestPermission },
    peer: { callTimeoutMs: 60_000 },
  });
  try {
    peer.onDiagnostic((diagnostic) => saw.push(diagnostic));
    const { sessionId } = await agent.session.new({ cwd, mcpServers: [] });
    const { prompt, cancel, close } = session(sessionId);
    const text = (words: string) => ({ prompt: [{ type: "text" as const, text: words }] });
    const { stopReason } = await prompt(text("make the file"));
    const hanging = prompt(text("wait for me"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await cancel();
    const cancelled = (await hanging).stopReason;
    const unknownSession = await session("no-such-session")
      .prompt(text("hi"))
      .then(
        () => undefined,
        (error) => error.code,
      );
    if (info.agentCapabilities?.sessionCapabilities?.list) await agent.session.list({ cwd });
    if (info.agentCapabilities?.sessionCapabilities?.close) await close();
    return {
      agent: info.agentInfo?.name ?? "",
      stopReason,
      cancelled,
      said,
      updates: [...updates].sort(),
      permissions,
      unknownSession,
      saw,
    };
  } finally {
    await peer.close();
  }
}
