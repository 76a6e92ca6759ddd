import type { ElicitationRequestedData, UIElicitationResponse } from "@stubwright/copilot-protocol";
import type { ElicitationSchema } from "./elicitation-form.js";
import type { QuestionInvocation } from "./user-input.js";

/** What a field of a form may hold. */
export type ElicitationFieldValue = string | number | boolean | string[];

/** What the user did with a form. */
export type ElicitationResult = {
  action: "accept" | "decline" | "cancel";
  /** What the user filled in, by field. */
  content?: Record<string, ElicitationFieldValue>;
};

/** A form, or an address, to show to the user. */
export interface ElicitationContext {
  readonly sessionId: string;
  readonly message: string;
  /** The form's fields, as a JSON Schema. */
  readonly requestedSchema?: ElicitationSchema;
  readonly mode?: ElicitationRequestedData["mode"];
  /** Who asks, such as an MCP server. */
  readonly elicitationSource?: string;
  /** The address to open, in mode `url`. */
  readonly url?: string;
}

/** Shows a form to the user. Throwing cancels it. */
export type ElicitationHandler = (
  context: ElicitationContext,
  invocation?: QuestionInvocation,
) => Promise<ElicitationResult> | ElicitationResult;

/** The request as the handler gets it. */
export function toElicitationContext(
  sessionId: string,
  { message, requestedSchema, mode, elicitationSource, url }: ElicitationRequestedData,
): ElicitationContext {
  return {
    sessionId,
    message,
    ...(requestedSchema != null && {
      requestedSchema: requestedSchema as unknown as ElicitationSchema,
    }),
    ...(mode != null && { mode }),
    ...(elicitationSource != null && { elicitationSource }),
    ...(url != null && { url }),
  };
}

/**
 * The answer for the server.
 *
 * @throws TypeError for anything but a result.
 */
export function toElicitationResponse(result: ElicitationResult): UIElicitationResponse {
  const { action, content } = result ?? {};
  if (action !== "accept" && action !== "decline" && action !== "cancel") {
    throw new TypeError("onElicitationRequest gave no action: accept, decline or cancel");
  }
  return { action, ...(action === "accept" && content && { content }) };
}
