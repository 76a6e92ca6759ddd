import { isSilent, type JsonSchema } from "../schema.js";
import type { Rule } from "./rule.js";

/**
 * Arms that only require members of the object beside them become whole objects, one per arm. Where
 * exactly one may match, an arm has none of the members that make up another.
 */
export const requiredArms: Rule = {
  name: "required-arms",
  visit(node) {
    const keyword = node.oneOf === undefined ? "anyOf" : "oneOf";
    const all = node[keyword];
    if (!node.properties || !Array.isArray(all) || !all.every(isRequirement)) return node;
    if (all.length === 0 || (keyword === "oneOf" && node.anyOf !== undefined)) return node;
    const { [keyword]: _, title, description, required = [], ...rest } = node;
    const arms = all.map((arm) => ({
      ...proseOf(arm),
      ...rest,
      properties: { ...node.properties, ...(keyword === "oneOf" ? without(arm, all) : {}) },
      required: [...new Set([...required, ...(arm.required ?? [])])],
    }));
    return { ...(title && { title }), ...(description && { description }), [keyword]: arms };
  },
};

/** The members that other arms require alone, as members that may not be there. */
function without(arm: JsonSchema, all: readonly JsonSchema[]): Record<string, JsonSchema> {
  const names = all.flatMap(({ required = [] }) => (required.length === 1 ? required : []));
  const others = names.filter((name) => !arm.required?.includes(name));
  return Object.fromEntries(others.map((name) => [name, { not: {} }]));
}

function isRequirement({ required, type = "object", ...others }: JsonSchema): boolean {
  return required !== undefined && type === "object" && Object.keys(others).every(isSilent);
}

function proseOf({ required: _, type: __, ...prose }: JsonSchema): JsonSchema {
  return prose;
}
