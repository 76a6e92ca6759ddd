import type { AutoModeSwitchRequest, AutoModeSwitchResult } from "@stubwright/copilot-protocol";
import type { QuestionInvocation } from "./user-input.js";

/** Whether to switch: this time, always, or not. */
export type AutoModeSwitchResponse = AutoModeSwitchResult["response"];

/** Decides on a switch to another model after an error of the model in use. Throwing says no. */
export type AutoModeSwitchHandler = (
  request: AutoModeSwitchRequest,
  invocation: QuestionInvocation,
) => Promise<AutoModeSwitchResponse> | AutoModeSwitchResponse;
