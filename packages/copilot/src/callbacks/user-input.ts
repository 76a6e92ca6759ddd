import type { UIUserInputResponse, UserInputRequest } from "@stubwright/copilot-protocol";

/** What the handlers of questions to the user learn besides the question. */
export interface QuestionInvocation {
  readonly sessionId: string;
  /** Fires when the answer is of no use any more. This client always gives one. */
  readonly signal?: AbortSignal;
}

/** Answers a question that the model has for the user. Throwing leaves it unanswered. */
export type UserInputHandler = (
  request: UserInputRequest,
  invocation: QuestionInvocation,
) => Promise<UIUserInputResponse> | UIUserInputResponse;

/** The request as the handler gets it; servers send null for what is absent. */
export function toUserInputRequest({
  question,
  choices,
  allowFreeform,
}: UserInputRequest): UserInputRequest {
  return {
    question,
    ...(choices != null && { choices }),
    ...(allowFreeform != null && { allowFreeform }),
  };
}
