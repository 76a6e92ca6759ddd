import { CopilotError } from "../errors.js";
import type { StandardSchema, ZodSchema } from "./schema-objects.js";

/** Why parameters of a known kind are refused, and what to pass instead. */
const CONVERT = "it cannot tell its JSON Schema: convert it, for example with z.toJSONSchema()";
const RAW_SHAPE = "it is an object of schemas: wrap it, as in z.object({ … })";
const NO_SCHEMA = "it is neither a JSON Schema nor a schema object";

const converted = new WeakMap<object, Record<string, unknown>>();

/**
 * The JSON Schema of a tool's parameters, as what a model may send: for a schema object its input
 * side. Whether a plain object is a schema is found when it is compiled.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` that names the tool, if there is none.
 */
export function toParameterSchema({
  name,
  parameters,
}: {
  readonly name: string;
  readonly parameters?: unknown;
}): Record<string, unknown> | undefined {
  if (parameters === undefined || parameters === null) return undefined;
  if (typeof parameters !== "object" && typeof parameters !== "function") {
    throw invalidParameters(name, NO_SCHEMA);
  }
  const known = converted.get(parameters);
  if (known) return known;
  const schema = convert(name, parameters);
  converted.set(parameters, schema);
  return schema;
}

function convert(name: string, parameters: object): Record<string, unknown> {
  const convertible = isConvertible(parameters);
  if (convertible) {
    try {
      return convertible();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw invalidParameters(name, `they cannot be written as JSON Schema: ${why}`, cause);
    }
  }
  if (isSchemaObject(parameters)) throw invalidParameters(name, CONVERT);
  if (typeof parameters === "function" || Array.isArray(parameters)) {
    throw invalidParameters(name, NO_SCHEMA);
  }
  const members = Object.values(parameters);
  if (members.length > 0 && members.every(isSchemaObject)) throw invalidParameters(name, RAW_SHAPE);
  return parameters as Record<string, unknown>;
}

/** How a schema object tells its JSON Schema: as Standard JSON Schema says, or as Zod did before. */
function isConvertible(parameters: object): (() => Record<string, unknown>) | undefined {
  const input = standardOf(parameters)?.jsonSchema?.input;
  if (input) return () => input({ target: "draft-2020-12" });
  const { toJSONSchema } = parameters as Partial<ZodSchema>;
  if (typeof toJSONSchema !== "function") return undefined;
  return () => toJSONSchema.call(parameters, { io: "input" });
}

/** What a schema object of a Standard Schema library offers. */
export function standardOf(parameters: unknown): StandardSchema["~standard"] | undefined {
  const standard = (parameters as Partial<StandardSchema> | null | undefined)?.["~standard"];
  return typeof standard === "object" && standard !== null ? standard : undefined;
}

/** Whether a value is a schema object of a library: of any version of Zod, or a Standard Schema. */
function isSchemaObject(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "~standard" in value || "_def" in value || "_zod" in value;
}

/** The error for parameters that are no schema. */
export function invalidParameters(name: string, why: string, cause?: unknown): CopilotError {
  const message = `The parameters of tool ${name} are no schema that a model can be given: ${why}.`;
  return new CopilotError("INVALID_OPTIONS", message, cause === undefined ? {} : { cause });
}
