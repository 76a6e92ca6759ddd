import type {
  PermissionDecision,
  PermissionDecisionContext,
  PermissionRequest,
} from "@stubwright/copilot-protocol";
import { maskSecrets } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import { isDecision } from "../server-quirks.js";
import { type HandlerRun, runHandler } from "./run-handler.js";

/** What was decided. `no-result` leaves the request open, for another client to answer. */
export type PermissionRequestResult = PermissionDecision | { kind: "no-result" };

/** A decision, and who made it where; for records only. */
export type AttributedPermissionResult = {
  kind: "attributed";
  result: PermissionRequestResult;
  decisionContext: PermissionDecisionContext;
};

/** What a permission handler learns besides the request. */
export interface PermissionInvocation {
  readonly sessionId: string;
  /** Whether managed settings are on: those of an organization, or of the session's own options. */
  readonly managedSettingsEnabled?: boolean;
  /** Fires when the answer is of no use any more. This client always gives one. */
  readonly signal?: AbortSignal;
}

/**
 * Decides whether the agent may do what it asks for. A decision may be given in the words of any
 * server version: the client translates. Throwing denies.
 */
export type PermissionHandler = (
  request: PermissionRequest,
  invocation: PermissionInvocation,
) => PermissionHandlerResult | Promise<PermissionHandlerResult>;

type PermissionHandlerResult = PermissionRequestResult | AttributedPermissionResult;

/**
 * Approves everything, once. For programs that trust the model and the tools they offer. It decides
 * nothing that managed settings leave to a person: where they are on it throws, which denies; and a
 * request that needs a person's approval is left to another client.
 *
 * @throws {@link CopilotError} `NOT_SUPPORTED` where managed settings are on.
 */
export const approveAll: PermissionHandler = (request, invocation) => {
  if (needsPerson(request)) return { kind: "no-result" };
  if (invocation.managedSettingsEnabled) {
    const message =
      "approveAll decides nothing where managed settings are on. Pass an onPermissionRequest that asks a person.";
    throw new CopilotError("NOT_SUPPORTED", message);
  }
  return { kind: "approve-once" };
};

/** Whether managed settings say that a person must decide. */
function needsPerson(request: PermissionRequest): boolean {
  const { managedApprovalRequired } = request as { readonly managedApprovalRequired?: unknown };
  return managedApprovalRequired != null && managedApprovalRequired !== false;
}

/** Adds to a decision who made it where. */
export function createAttributedPermissionResult(
  result: PermissionHandlerResult,
  decisionContext: PermissionDecisionContext,
): AttributedPermissionResult {
  const inner = result.kind === "attributed" ? result.result : result;
  return { kind: "attributed", result: inner, decisionContext };
}

/** What deciding needs of its session. */
export interface PermissionRun extends Omit<HandlerRun, "source"> {
  readonly sessionId: string;
  readonly managedSettingsEnabled: boolean;
  onError(source: string, error: unknown): void;
}

/** The answer to a request; undefined leaves it open. */
export type PermissionAnswer =
  | { readonly result: PermissionDecision; readonly decisionContext?: PermissionDecisionContext }
  | undefined;

const SOURCE = "onPermissionRequest";
const NOBODY: PermissionAnswer = { result: { kind: "user-not-available" } };

/**
 * Asks the handler. Without one, when it throws, takes too long or gives nonsense, the answer is
 * no: nobody could be asked. Never rejects.
 */
export async function decide(
  handler: PermissionHandler | undefined,
  request: PermissionRequest,
  run: PermissionRun,
): Promise<PermissionAnswer> {
  if (!handler) return NOBODY;
  try {
    const { sessionId, managedSettingsEnabled } = run;
    const given = await runHandler({ ...run, source: SOURCE }, (signal) =>
      handler(request, { sessionId, managedSettingsEnabled, signal }),
    );
    const attributed = given?.kind === "attributed" ? given : undefined;
    return answer(attributed ? attributed.result : given, attributed?.decisionContext);
  } catch (error) {
    if (!run.signal.aborted && !run.stop?.aborted) run.onError(SOURCE, error);
    return NOBODY;
  }
}

function answer(
  result: PermissionHandlerResult,
  decisionContext?: PermissionDecisionContext,
): PermissionAnswer {
  if (result?.kind === "no-result") return undefined;
  if (!isDecision(result)) throw new TypeError(`${SOURCE} gave no decision but ${show(result)}`);
  return { result, ...(decisionContext && { decisionContext }) };
}

function show(value: unknown): string {
  return (JSON.stringify(maskSecrets(value)) ?? String(value)).slice(0, 80);
}
