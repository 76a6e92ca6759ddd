import { isObject, type JsonSchema } from "../schema.js";

/** The values that a node lists, those of another type left out; undefined if it lists none. */
export function valuesOf(node: JsonSchema): unknown[] | undefined {
  const values = node.const === undefined ? node.enum : [node.const];
  if (node.type === undefined) return values;
  const types = [node.type].flat();
  return values?.filter((value) => {
    const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    return types.includes(own) || (types.includes("integer") && Number.isInteger(value));
  });
}

/** The types of a node; none if it does not say. */
export function typesOf(node: JsonSchema): readonly string[] {
  if (node.type !== undefined) return [node.type].flat();
  if (node.properties || node.required || isObject(node.additionalProperties)) return ["object"];
  return node.items === undefined ? [] : ["array"];
}

/** The types that two lists have in common; every integer is a number. */
export function commonTypes(a: readonly string[], b: readonly string[]): string[] {
  const both = a.filter((type) => b.includes(type));
  const wide = (types: readonly string[], other: readonly string[]) =>
    types.includes("integer") && !types.includes("number") && other.includes("number");
  return wide(a, b) || wide(b, a) ? [...new Set([...both, "integer"])] : both;
}
