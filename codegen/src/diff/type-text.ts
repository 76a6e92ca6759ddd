import { isAbsent, isObject, type JsonSchema, refName } from "../schema.js";

/** How long a type may be as a text before it is cut. */
const LIMIT = 80;

/** A schema as a short text, much as TypeScript writes types. */
export function typeText(schema: JsonSchema): string {
  const text = write(schema, 0);
  return `\`${text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text}\``;
}

function write(schema: JsonSchema, depth: number): string {
  if (isAbsent(schema)) return "nothing";
  if (schema.$ref !== undefined) return refName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const arms = schema.anyOf ?? schema.oneOf;
  if (arms) return [...new Set(arms.map((arm) => write(arm, depth + 1)))].join(" | ");
  if (schema.allOf) return schema.allOf.map((part) => write(part, depth + 1)).join(" & ");
  if (schema.type === undefined) return schema.properties ? "object" : "any value";
  return [schema.type]
    .flat()
    .map((type) => writeType(type, schema, depth))
    .join(" | ");
}

function writeType(type: string, { items, additionalProperties }: JsonSchema, depth: number) {
  if (type === "array" && Array.isArray(items)) {
    return `[${items.map((item) => write(item, depth + 1)).join(", ")}]`;
  }
  if (type === "array" && isObject(items)) {
    const item = write(items, depth + 1);
    return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
  }
  if (type === "object" && isObject(additionalProperties) && depth < 3) {
    return `Record<string, ${write(additionalProperties, depth + 1)}>`;
  }
  return type;
}

/** Values as a list in a sentence. */
export function valuesText(values: Iterable<string>): string {
  return [...values]
    .sort()
    .map((value) => `\`${value}\``)
    .join(", ");
}
