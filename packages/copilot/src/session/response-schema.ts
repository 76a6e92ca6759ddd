import type { ResponseFormat } from "@stubwright/copilot-protocol";
import { CopilotError } from "../errors.js";
import type { ZodSchema } from "../tools/schema-objects.js";

/** A schema object, such as one of Zod 4, that describes an answer and reads it. */
export interface ResponseSchema<T = unknown> extends ZodSchema<T> {
  parse(value: unknown): T;
}

/** The name by which providers know the schema. */
const NAME = "response";

/** Whether a value is a schema object that reads answers. */
export function isResponseSchema(value: unknown): value is ResponseSchema {
  const { toJSONSchema, parse } = (value ?? {}) as Partial<ResponseSchema>;
  return typeof toJSONSchema === "function" && typeof parse === "function";
}

/**
 * The answer's schema as the server takes it.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for what is neither a JSON Schema nor a schema object.
 */
export function toResponseFormat(schema: unknown): ResponseFormat {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    const right = "a JSON Schema or an object with toJSONSchema()";
    throw new CopilotError("INVALID_OPTIONS", `responseSchema must be ${right}.`);
  }
  const { toJSONSchema } = schema as Partial<ZodSchema>;
  const json = typeof toJSONSchema === "function" ? toJSONSchema.call(schema) : schema;
  type Value = ResponseFormat["jsonSchema"]["schema"];
  return { type: "json_schema", jsonSchema: { name: NAME, schema: json as Value } };
}

/**
 * Reads an answer by its schema.
 *
 * @param content - The answer's text; undefined if there is none.
 * @throws {@link CopilotError} `TURN_FAILED` if there is no answer, `INVALID_RESULT` if it is none of
 * the schema; its `cause` is what the schema says.
 */
export function readAnswer<T>(content: string | undefined, schema: ResponseSchema<T>): T {
  if (content === undefined) {
    throw new CopilotError("TURN_FAILED", "The turn ended without an answer to read.");
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CopilotError("INVALID_RESULT", `The answer does not fit its schema: ${why}`, {
      cause,
    });
  }
}
