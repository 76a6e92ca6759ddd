import { isObject, type JsonSchema, refName } from "../schema.js";
import type { Rule } from "./rule.js";

/**
 * Keywords that add to what a reference says, instead of only narrowing or describing it. Those that
 * look at what other parts have seen stay where they are.
 */
const SHAPING = [
  ...["type", "enum", "const", "required", "properties", "patternProperties"],
  ...["additionalProperties", "items", "additionalItems", "anyOf", "oneOf", "allOf"],
];

/** A reference beside other shapes means all of them: drafts before 2019-09 ignored the others. */
export const shapeBesideRef: Rule = {
  name: "shape-beside-ref",
  visit(node) {
    if (node.$ref === undefined || !SHAPING.some((key) => key in node)) return node;
    if (isObject(node.definitions)) return node; // The root of a document, not a definition.
    const { $ref, title, description, unevaluatedProperties, unevaluatedItems, ...rest } = node;
    const around = {
      ...(title && { title }),
      ...(description && { description }),
      ...(unevaluatedProperties !== undefined && { unevaluatedProperties }),
      ...(unevaluatedItems !== undefined && { unevaluatedItems }),
    };
    return { ...around, allOf: [{ $ref }, rest] };
  },
};

/**
 * A constant beside a reference to a list that has it needs the reference no more.
 *
 * @param definitions - What references lead to.
 * @returns A visitor of nodes in which {@link shapeBesideRef} made parts of both.
 */
export function constantsBesideRefs(
  definitions: Readonly<Record<string, JsonSchema>>,
): (node: JsonSchema) => JsonSchema {
  return (node) => {
    const [ref, other, ...more] = node.allOf ?? [];
    if (ref?.$ref === undefined || !other || more.length > 0) return node;
    const listed = valuesOf(definitions[refName(ref.$ref)]);
    const values = valuesOf(other);
    if (!listed || !values?.every((value) => listed.includes(value))) return node;
    const { allOf: _, ...around } = node;
    return { ...around, ...other };
  };
}

/** The values of a schema that does nothing but list them. */
function valuesOf(schema: JsonSchema | undefined): readonly unknown[] | undefined {
  if (!schema) return undefined;
  const { enum: list, const: value, type } = schema;
  const values = "const" in schema ? [value] : list;
  const isString = type === undefined || type === "string";
  return isString && values?.every((one) => typeof one === "string") ? values : undefined;
}
