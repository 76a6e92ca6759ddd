import type { ServerRpc, StoredSession } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { remaining } from "./deadline.js";
import { CopilotError } from "./errors.js";
import type { SessionContext } from "./established/session-names.js";

/** Which stored sessions are meant: those that have all of these. */
export interface SessionListFilter {
  /** The directory that the session works in. */
  readonly workingDirectory?: string;
  /** The same, by its first name. */
  readonly cwd?: string;
  readonly gitRoot?: string;
  /** Such as `owner/name`. */
  readonly repository?: string;
  readonly branch?: string;
}

/** What the server keeps of a session. */
export interface SessionMetadata
  extends Omit<StoredSession, "startTime" | "modifiedTime" | "context"> {
  startTime: Date;
  modifiedTime: Date;
  /** Where it works. */
  context?: SessionContext;
}

/**
 * Lists the sessions that the server has stored; one appears with its first message.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` if the directory is named twice.
 */
export async function listStored(
  rpc: ServerRpc,
  filter: SessionListFilter | undefined,
  options: CallOptions,
): Promise<SessionMetadata[]> {
  const params = filter ? { filter: toWireFilter(filter) } : {};
  const { sessions } = await rpc.session.list(params, options);
  return sessions.map(toMetadata);
}

/** Looks up a stored session; servers up to 1.0.2 are asked for all of them. */
export async function findStored(
  rpc: ServerRpc,
  sessionId: string,
  options: CallOptions,
): Promise<SessionMetadata | undefined> {
  const began = performance.now();
  try {
    const { session } = await rpc.session.getMetadata({ sessionId }, options);
    return session ? toMetadata(session) : undefined;
  } catch (error) {
    if (!(error instanceof ResponseError) || error.code !== METHOD_NOT_FOUND) throw error;
    const rest = remaining(options, performance.now() - began);
    const all = await listStored(rpc, undefined, rest);
    return all.find((session) => session.sessionId === sessionId);
  }
}

/**
 * Checks an answer that says whether the server did what it was asked to.
 *
 * @param what - Such as `delete session 1`.
 * @throws {@link CopilotError} `SESSION_REFUSED`, with the server's reason.
 */
export function assertDone(
  what: string,
  { success, error }: { readonly success: boolean; readonly error?: string | null },
): void {
  if (success) return;
  const reason = error ?? "it gave no reason";
  throw new CopilotError("SESSION_REFUSED", `Failed to ${what}: ${reason}`);
}

function toWireFilter({ workingDirectory, cwd, ...rest }: SessionListFilter): object {
  if (workingDirectory !== undefined && cwd !== undefined) {
    throw new CopilotError(
      "INVALID_OPTIONS",
      "The filters workingDirectory and cwd exclude each other: they say the same thing twice. Keep one.",
    );
  }
  const directory = workingDirectory ?? cwd;
  return { ...rest, ...(directory !== undefined && { cwd: directory }) };
}

function toMetadata({ startTime, modifiedTime, context, ...rest }: StoredSession): SessionMetadata {
  const times = { startTime: new Date(startTime), modifiedTime: new Date(modifiedTime) };
  if (context == null) return { ...rest, ...times };
  const { cwd, ...place } = context;
  return { ...rest, ...times, context: { workingDirectory: cwd, ...place } };
}
