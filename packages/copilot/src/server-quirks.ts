import type { PermissionDecision } from "@stubwright/copilot-protocol";

/** What differs between server versions, as far as sessions meet it. */
export interface ServerQuirks {
  /** Which words permission decisions are answered with; wrong ones fail the tool silently. */
  readonly permissionKinds: "approved" | "approve-once";
  /** Whether hooks get a tool's arguments as JSON text. */
  readonly toolArgsAsText: boolean;
  /** Whether a request that was open at a crash can be answered after it, under its old id. */
  readonly continuesRequests: boolean;
  /**
   * Whether the server itself denies what no client registered to decide. Others tell every client
   * of the request, and wait for an answer for ever.
   */
  readonly deniesUnhandledPermissions: boolean;
  /** Whether events name messages by the ids that `session.send` answers; else they come in order. */
  readonly namesMessages: boolean;
  /** Whether the tools of a client that disconnected stay on offer, and calls of them wait for ever. */
  readonly keepsToolsOfDisconnected: boolean;
  /** Whether factories are called workflows: in methods, members, events and codes. */
  readonly callsFactoriesWorkflows: boolean;
}

/** The first version known to understand `approve-once`; 1.0.35 does not. */
const APPROVE_ONCE = [1, 0, 39] as const;
/** The first version known to send a hook's `toolArgs` as a value; 1.0.60 sends text. */
const TOOL_ARGS_AS_VALUE = [1, 0, 85] as const;
/** The first version known to go on with requests that were open at a crash; 1.0.20 does not. */
const CONTINUES_REQUESTS = [1, 0, 60] as const;
/** The first version known to deny a permission that nobody registered to decide; 1.0.20 waits. */
const DENIES_UNHANDLED_PERMISSIONS = [1, 0, 60] as const;
/** The first version known to use the ids of messages in events; those of 1.0.60 differ. */
const NAMES_MESSAGES = [1, 0, 85] as const;
/** The first version known to say workflow for factory; 1.0.85 says factory. */
const CALLS_FACTORIES_WORKFLOWS = [1, 0, 102] as const;
/** The first version known to drop the tools of a client that disconnected; 1.0.85 keeps them. */
const DROPS_TOOLS = [1, 0, 102] as const;

/**
 * Tells what a server's version means. The boundaries were found by running servers; versions in
 * between that were never run count with the older ones.
 *
 * @param version - What `status.get` or `connect` reports, such as `1.0.85`; undefined if unknown,
 * which counts as new when the protocol is.
 */
export function serverQuirks(version: string | undefined, protocolVersion: number): ServerQuirks {
  const parts = version?.match(/\d+/g)?.slice(0, 3).map(Number);
  const modern = protocolVersion >= 3;
  const since = (first: readonly number[]) => modern && (!parts || compare(parts, first) >= 0);
  return {
    permissionKinds: since(APPROVE_ONCE) ? "approve-once" : "approved",
    toolArgsAsText: !since(TOOL_ARGS_AS_VALUE),
    continuesRequests: since(CONTINUES_REQUESTS),
    deniesUnhandledPermissions: since(DENIES_UNHANDLED_PERMISSIONS),
    namesMessages: since(NAMES_MESSAGES),
    keepsToolsOfDisconnected: since(NAMES_MESSAGES) && !since(DROPS_TOOLS),
    callsFactoriesWorkflows: since(CALLS_FACTORIES_WORKFLOWS),
  };
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [i, part] of right.entries()) {
    const difference = (left[i] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

type Kind = PermissionDecision["kind"];

const KINDS: Record<Kind, true> = {
  "approve-once": true,
  "approve-for-session": true,
  "approve-for-location": true,
  "approve-permanently": true,
  reject: true,
  "user-not-available": true,
  approved: true,
  "approved-for-session": true,
  "approved-for-location": true,
  cancelled: true,
  "denied-by-rules": true,
  "denied-no-approval-rule-and-could-not-request-from-user": true,
  "denied-interactively-by-user": true,
  "denied-by-content-exclusion-policy": true,
  "denied-by-permission-request-hook": true,
};

/** Whether a value is a permission decision in the words of any version. */
export function isDecision(value: unknown): value is PermissionDecision {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}

const TO_OLD: Partial<Record<Kind, Kind>> = {
  "approve-once": "approved",
  "approve-for-session": "approved",
  "approve-for-location": "approved",
  "approve-permanently": "approved",
  "approved-for-session": "approved",
  "approved-for-location": "approved",
  reject: "denied-interactively-by-user",
  cancelled: "denied-interactively-by-user",
  "user-not-available": "denied-no-approval-rule-and-could-not-request-from-user",
  "denied-by-content-exclusion-policy": "denied-by-rules",
  "denied-by-permission-request-hook": "denied-by-rules",
};

const TO_NEW: Partial<Record<Kind, Kind>> = {
  approved: "approve-once",
  "approved-for-session": "approve-for-session",
  "approved-for-location": "approve-for-location",
  "denied-interactively-by-user": "reject",
  cancelled: "reject",
  "denied-by-rules": "reject",
  "denied-by-content-exclusion-policy": "reject",
  "denied-by-permission-request-hook": "reject",
  "denied-no-approval-rule-and-could-not-request-from-user": "user-not-available",
};

/** Kinds that say for what, and where, they hold; both words for each take the same members. */
const LASTING: readonly Kind[] = ["approve-for-session", "approve-for-location"];

/**
 * Says a decision in the words of the server's version. Older servers know no lasting approvals;
 * there, each becomes an approval of this one request. The reason of a rejection is kept.
 */
export function toServerDecision(
  decision: PermissionDecision,
  quirks: ServerQuirks,
): PermissionDecision {
  const table = quirks.permissionKinds === "approved" ? TO_OLD : TO_NEW;
  const kind = table[decision.kind];
  if (kind === undefined) return decision;
  if (LASTING.includes(kind)) return { ...decision, kind } as PermissionDecision;
  const feedback = "feedback" in decision ? decision.feedback : undefined;
  const answer = { kind, ...(feedback !== undefined && { feedback }) };
  return (kind === "denied-by-rules" ? { ...answer, rules: [] } : answer) as PermissionDecision;
}

/**
 * Brings an event to the words of today, in place: servers up to 1.0.39 give the reason of an abort
 * as `user initiated`.
 */
export function modernizeEvent(event: unknown): void {
  const abort = event as { type?: unknown; data?: { reason?: unknown } } | null | undefined;
  if (abort?.type !== "abort" || typeof abort.data?.reason !== "string") return;
  abort.data.reason = abort.data.reason.replaceAll(" ", "_");
}
