import { armsOf, type JsonSchema } from "../schema.js";
import type { Rule } from "./rule.js";

/** Arms that only require members of the object beside them become whole objects, one per arm. */
export const requiredArms: Rule = {
  name: "required-arms",
  visit(node) {
    const all = armsOf(node);
    if (!node.properties || all.length === 0 || !all.every(isRequirement)) return node;
    const { anyOf: _, required = [], ...rest } = node;
    const arms = all.map((arm) => ({
      ...rest,
      required: [...new Set([...required, ...(arm.required ?? [])])],
    }));
    const { title, description } = node;
    return { ...(title && { title }), ...(description && { description }), anyOf: arms };
  },
};

function isRequirement(schema: JsonSchema): boolean {
  return schema.required !== undefined && Object.keys(schema).length === 1;
}
