import { isObject, type JsonSchema, refName } from "../schema.js";

/** How deep samples go: recursion ends somewhere. */
const DEEPEST = 6;

/**
 * A value as a schema asks for at least: what is required, and of that the simplest.
 *
 * @param types - What references lead to.
 */
export function sampleOf(
  schema: JsonSchema,
  types: Readonly<Record<string, JsonSchema>>,
  depth = 0,
): unknown {
  if (depth > DEEPEST) return null;
  const inside = (part: JsonSchema | undefined) => sampleOf(part ?? {}, types, depth + 1);
  if (schema.$ref !== undefined) return inside(types[refName(schema.$ref)]);
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [arm] = schema.anyOf ?? schema.oneOf ?? [];
  if (arm && schema.properties === undefined) return inside(arm);
  if (schema.allOf && schema.properties === undefined && schema.type === undefined) {
    const parts = schema.allOf.map(inside);
    // What is no object cannot be joined with others: it is the whole.
    return parts.find((part) => !isObject(part)) ?? Object.assign({}, ...parts);
  }
  const [type] = [schema.type ?? (schema.properties ? "object" : "null")].flat();
  switch (type) {
    case "string":
      return "";
    case "integer":
    case "number":
      return Math.max(0, Number(schema.minimum ?? 0));
    case "boolean":
      return false;
    case "array": {
      const items = Array.isArray(schema.items) ? schema.items : [];
      return items.slice(0, Number(schema.minItems ?? 0)).map(inside);
    }
    case "object": {
      const parts = (schema.allOf ?? []).map(inside);
      const own = (schema.required ?? []).map((name) => [name, inside(schema.properties?.[name])]);
      return Object.assign({}, ...parts, Object.fromEntries(own));
    }
    default:
      return null;
  }
}
