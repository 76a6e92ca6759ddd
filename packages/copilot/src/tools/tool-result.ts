import { types } from "node:util";
import type {
  ExternalToolResult,
  ExternalToolTextResultForLlm,
  JsonValue,
} from "@stubwright/copilot-protocol";
import { CopilotError } from "../errors.js";

/** How a tool's call ended. */
export type ToolResultType = "success" | "failure" | "rejected" | "denied" | "timeout";

/** Data that a tool gives the model beside its text. */
export type ToolBinaryResult = {
  /** The data in base64. */
  data: string;
  mimeType: string;
  type: "image" | "resource";
  description?: string;
};

/** What a tool reports of itself, by the kind of it. */
export type ToolTelemetry = Record<string, Record<string, JsonValue> | undefined>;

/** What a tool gives the model, with all that there is to say about it. */
export type ToolResultObject = {
  /** What the model reads. */
  textResultForLlm: string;
  binaryResultsForLlm?: ToolBinaryResult[];
  /** How the call ended. Default `success`. */
  resultType?: ToolResultType;
  /** What went wrong, for records. */
  error?: string;
  sessionLog?: string;
  toolTelemetry?: ToolTelemetry;
  /** Names of tools that a search for tools found. */
  toolReferences?: string[];
};

/** What a tool gives the model. */
export type ToolResult = string | ToolResultObject;

const RESULT_TYPES: readonly unknown[] = ["success", "failure", "rejected", "denied", "timeout"];

/**
 * Makes the answer of whatever a handler returned. A server takes what it does not understand for
 * an empty success, so nothing else is sent.
 *
 * @throws {@link CopilotError} `INVALID_RESULT` for a result whose `resultType` is none, and for what
 * JSON cannot say.
 */
export function toToolResult(value: unknown): ExternalToolResult {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (!isResult(value)) return writeJson(value);
  const { resultType = "success" } = value;
  if (RESULT_TYPES.includes(resultType)) return { ...value, resultType };
  throw invalid(`resultType ${preview(resultType)}, none of ${RESULT_TYPES.join(", ")}`);
}

function writeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuseUnsayable);
  } catch (error) {
    if (error instanceof CopilotError) throw error;
    throw invalid("a value that cannot be written as JSON", error);
  }
  if (text === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw invalid(`a ${typeof value} that JSON does not have`);
  }
  return text;
}

/** Refuses what JSON would turn into `{}`; it is called after `toJSON`, so a Date is a text here. */
function refuseUnsayable(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (types.isNativeError(value) || value instanceof Error) throw invalid("an Error: throw it");
  const streams = Symbol.asyncIterator in value || value instanceof ReadableStream;
  if (streams || Symbol.iterator in value || types.isWeakMap(value) || types.isWeakSet(value)) {
    const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
    throw invalid(
      `a ${kind}, which JSON does not have: collect its items in an array or an object`,
    );
  }
  return value;
}

function preview(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

function invalid(what: string, cause?: unknown): CopilotError {
  return new CopilotError("INVALID_RESULT", `The handler returned ${what}.`, { cause });
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
