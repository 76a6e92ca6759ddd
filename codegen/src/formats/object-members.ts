import { isObject, type JsonSchema } from "../schema.js";
import { resolvePart } from "./local.js";

/** The members of an object's schema and which of them it requires, those of its parts included. */
export function objectMembers(json: JsonSchema, schema: unknown) {
  const properties = new Map<string, unknown>();
  const required = new Set<string>();
  const visit = (given: unknown, depth: number): void => {
    const { value } = resolvePart(json, { value: given, pointer: "" });
    if (!isObject(value) || depth > 20) return;
    for (const part of Array.isArray(value.allOf) ? value.allOf : []) visit(part, depth + 1);
    for (const [name, member] of Object.entries(
      isObject(value.properties) ? value.properties : {},
    )) {
      properties.set(name, member);
    }
    for (const name of Array.isArray(value.required) ? value.required : []) required.add(`${name}`);
  };
  visit(schema, 0);
  return { properties, required };
}
