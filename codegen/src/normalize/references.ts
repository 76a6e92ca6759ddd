import { isObject } from "../schema.js";
import type { Rule } from "./rule.js";

/** A `const` beside `$ref` narrows the enum that is referred to: the reference adds nothing. */
export const constBesideRef: Rule = {
  name: "const-beside-ref",
  visit(node) {
    if (node.$ref === undefined || node.const === undefined) return node;
    const { $ref, ...rest } = node;
    return rest;
  },
};

/** Keywords that add to what a reference says, instead of only narrowing or describing it. */
const SHAPING = ["properties", "anyOf", "oneOf", "allOf", "items", "additionalProperties"];

/** A reference beside other shapes means all of them: drafts before 2019-09 ignored the others. */
export const shapeBesideRef: Rule = {
  name: "shape-beside-ref",
  visit(node) {
    if (node.$ref === undefined || !SHAPING.some((key) => key in node)) return node;
    if (isObject(node.definitions)) return node; // The root of a document, not a definition.
    const { $ref, title, description, ...rest } = node;
    const prose = { ...(title && { title }), ...(description && { description }) };
    return { ...prose, allOf: [{ $ref }, rest] };
  },
};
