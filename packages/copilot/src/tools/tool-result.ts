import type {
  ExternalToolResult,
  ExternalToolTextResultForLlm,
} from "@stubwright/copilot-protocol";

/** How a tool's call ended. */
export type ToolResultType = "success" | "failure" | "rejected" | "denied" | "timeout";

/** Data that a tool gives the model beside its text. */
export interface ToolBinaryResult {
  /** The data in base64. */
  data: string;
  mimeType: string;
  type: "image" | "resource";
  description?: string;
}

/** What a tool gives the model, with all that there is to say about it. */
export interface ToolResultObject {
  /** What the model reads. */
  textResultForLlm: string;
  binaryResultsForLlm?: ToolBinaryResult[];
  /** How the call ended. Default `success`. */
  resultType?: ToolResultType;
  /** What went wrong, for records. */
  error?: string;
  sessionLog?: string;
  toolTelemetry?: Record<string, Record<string, unknown> | undefined>;
  /** Names of tools that a search for tools found. */
  toolReferences?: string[];
}

/** What a tool gives the model. */
export type ToolResult = string | ToolResultObject;

const RESULT_TYPES: readonly unknown[] = ["success", "failure", "rejected", "denied", "timeout"];

/**
 * Makes the answer of whatever a handler returned. A server takes what it does not understand for
 * an empty success, so nothing else is sent.
 *
 * @throws TypeError for a result whose `resultType` is none, and for what JSON cannot say.
 */
export function toToolResult(value: unknown): ExternalToolResult {
  if (typeof value === "string") return value;
  if (!isResult(value)) return value === undefined ? "" : (JSON.stringify(value) ?? "");
  const { resultType = "success" } = value;
  if (RESULT_TYPES.includes(resultType)) return { ...value, resultType };
  throw new TypeError(
    `resultType ${JSON.stringify(resultType)} is none of ${RESULT_TYPES.join(", ")}`,
  );
}

/** A failure that the model can read; the `error` of an answer alone is hidden from it. */
export function toolFailure(
  textResultForLlm: string,
  resultType: ToolResultType = "failure",
): ExternalToolTextResultForLlm {
  return { resultType, textResultForLlm, error: textResultForLlm };
}

function isResult(value: unknown): value is ExternalToolTextResultForLlm {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { textResultForLlm?: unknown }).textResultForLlm === "string"
  );
}
