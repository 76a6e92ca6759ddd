import type { ExitPlanModeRequest, ExitPlanModeResult } from "@stubwright/copilot-protocol";
import type { QuestionInvocation } from "./user-input.js";

/** Decides whether the agent may carry out its plan. Throwing says no. */
export type ExitPlanModeHandler = (
  request: ExitPlanModeRequest,
  invocation: QuestionInvocation,
) => Promise<ExitPlanModeResult> | ExitPlanModeResult;

/** The answer when the handler gave none. */
export const STAY_IN_PLAN_MODE: ExitPlanModeResult = { approved: false };

/**
 * The answer for the server.
 *
 * @throws TypeError for anything but a decision.
 */
export function toExitPlanModeResult(result: ExitPlanModeResult): ExitPlanModeResult {
  if (typeof result?.approved === "boolean") return result;
  throw new TypeError("onExitPlanModeRequest gave no decision: approved, true or false");
}
