import { KEYWORDS } from "@stubwright/rpc/json-schema";
import { createValidators } from "@stubwright/rpc/validators";
import { isObject, isSilent, type JsonSchema, mapChildren, refName } from "../schema.js";
import { showArray } from "./arrays.js";
import { escapeComment, schemaDoc } from "./docs.js";
import { literalType, typeText } from "./literal.js";
import { showObject } from "./objects.js";

/** The definitions of a protocol by name. */
export type Types = Readonly<Record<string, JsonSchema>>;

/**
 * The schema that json-schema-to-typescript is shown in place of one: it says the same, as far as a
 * type can, in the words that the compiler understands. References are type names.
 */
export function toCompilerInput(schema: JsonSchema, types: Types): JsonSchema {
  const doc = escapeComment(schemaDoc(schema));
  return { ...shown(schema, types), ...(doc && { description: doc }) };
}

function shown(schema: JsonSchema, types: Types): JsonSchema {
  const values = valuesOf(schema, types);
  if (values) return showValues(values);
  if (typeof schema.$ref === "string") return { tsType: refName(schema.$ref) };
  if (isObject(schema.not) && Object.keys(schema.not).every(isSilent)) return { tsType: "never" };
  const plain = showArray(showObject(schema, types));
  const input: JsonSchema = {};
  for (const [keyword, value] of Object.entries(plain)) {
    // It stumbles over some of those that decide no type.
    if (keyword === "tsType" || SHAPING.has(keyword)) input[keyword] = value;
  }
  if (Object.keys(input).length === 0) return { tsType: "unknown" };
  return mapChildren(input, (child) => (isObject(child) ? toCompilerInput(child, types) : child));
}

/** The keywords that the compiler is shown. */
const SHAPING: ReadonlySet<string> = new Set([
  ...[...KEYWORDS].flatMap(([keyword, { role }]) => (role === "shape" ? [keyword] : [])),
  "minItems",
]);

/** The values that are listed, without those that what stands beside the list refuses. */
function valuesOf(schema: JsonSchema, types: Types): readonly unknown[] | undefined {
  const values = "const" in schema ? [schema.const] : schema.enum;
  const beside = Object.keys(schema).filter((key) => key !== "const" && !isSilent(key));
  const { type } = schema;
  if (values === undefined) return undefined;
  const kinds = type === undefined ? undefined : [type].flat();
  const typed = values.filter((value) => kinds?.some((one) => isOfType(value, one)) ?? true);
  if (beside.every((key) => key === "type" || (key === "enum" && !("const" in schema))))
    return typed;
  try {
    const check = createValidators({ ...types, [LIST]: schema }).get(LIST, "strict");
    return typed.filter((value) => check(value) === undefined);
  } catch {
    return typed; // A pattern of another dialect: nobody can tell.
  }
}

/** No definition has this name. */
const LIST = "\0";

function isOfType(value: unknown, type: string): boolean {
  if (value === null) return type === "null";
  if (Array.isArray(value)) return type === "array";
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/** The compiler reads a value that is an object as if it were a schema. */
function showValues(values: readonly unknown[]): JsonSchema {
  if (values.length === 0) return { tsType: "never" };
  if (values.every((value) => typeof value !== "object" || value === null)) {
    return { enum: [...values] };
  }
  const texts = [...new Set(values.map((value) => typeText(literalType(value))))];
  return { tsType: texts.length > 1 ? `(${texts.join(" | ")})` : texts.join() };
}
