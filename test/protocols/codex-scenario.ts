import { connect } from "@stubwright/codex-protocol";
import type { Diagnostic, Transport } from "@stubwright/rpc";

/** What a run of the Codex app-server showed. */
export interface CodexRun {
  readonly userAgent: string;
  /** How the turn ended. */
  readonly status: string;
  /** How a turn ended that was interrupted. */
  readonly interrupted: string;
  readonly said: string;
  /** The types of items of the turn that were completed. */
  readonly items: readonly string[];
  /** The commands that approval was asked for. */
  readonly approvals: readonly (string | null | undefined)[];
  /** The code of the error for a thread that is not there. */
  readonly unknownThread: unknown;
  readonly saw: readonly Diagnostic[];
}

/** A thread with an approval, an interrupted turn, some reads and an error. */
export async function runCodex(transport: Transport, cwd: string): Promise<CodexRun> {
  const saw: Diagnostic[] = [];
  const items: string[] = [];
  const approvals: (string | null | undefined)[] = [];
  let said = "";
  let ended = (_status: string) => {};
  const nextEnd = () => new Promise<string>((resolve) => (ended = resolve));
  const { peer, server, thread, info } = await connect(transport, {
    clientInfo: { name: "stubwright-test", version: "1" },
    threadHandlers: {
      item: {
        agentMessage: {
          delta: ({ delta }) => {
            said += delta;
          },
        },
        completed: ({ item }) => void items.push(item.type),
        commandExecution: {
          requestApproval: ({ command }) => {
            approvals.push(command);
            return { decision: "accept" };
          },
        },
      },
      turn: { completed: ({ turn }) => ended(turn.status) },
    },
    peer: { callTimeoutMs: 60_000 },
  });
  try {
    peer.onDiagnostic((diagnostic) => {
      // A server tells much that this client has no handlers for.
      if (diagnostic.kind !== "unknownNotification") saw.push(diagnostic);
    });
    await server.model.list({});
    await server.skills.list({ cwds: [cwd] });
    const started = await server.thread.start({
      cwd,
      approvalPolicy: "untrusted",
      sandbox: "workspace-write",
    });
    const { id } = started.thread;
    const { turn, name, read } = thread(id);
    const input = (text: string) => ({ input: [{ type: "text" as const, text }] });
    const first = nextEnd();
    await turn.start(input("make the file"));
    const status = await first;
    await name.set({ name: "a file" });
    const second = nextEnd();
    const hanging = await turn.start(input("wait for me"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await turn.interrupt({ turnId: hanging.turn.id });
    const interrupted = await second;
    await read({ includeTurns: true });
    await server.thread.list({ limit: 5 });
    const unknownThread = await thread("00000000-0000-7000-8000-000000000000")
      .read({})
      .then(
        () => undefined,
        (error) => error.code,
      );
    const { userAgent } = info;
    return { userAgent, status, interrupted, said, items, approvals, unknownThread, saw };
  } finally {
    await peer.close();
  }
}
