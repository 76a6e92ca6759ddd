import { mapDocument } from "../document.js";
import type { JsonSchema } from "../schema.js";
import { absentArm, absentResult } from "./absent.js";
import { booleanExclusiveBounds, booleanSchemas, nullable, prefixItems } from "./keywords.js";
import { shapeBesideRef } from "./references.js";
import { requiredArms } from "./required-arms.js";
import type { Rule } from "./rule.js";

/**
 * All rules, in the order they are applied. A pass visits each node once, leaves first, and applies
 * all of its rules there. A rule that needs its children as they were before another rule, or that
 * wraps a node in a new one which others must not miss, stands in a pass apart from those.
 */
export const passes: readonly (readonly Rule[])[] = [
  // `nullable` wraps what the rules before it look at.
  [prefixItems, booleanSchemas, booleanExclusiveBounds, nullable, absentResult],
  // `absent-arm` takes away, a level further down, what `absent-result` looks for.
  [absentArm, shapeBesideRef],
  // `shape-beside-ref` wraps what this one looks at.
  [requiredArms],
];

/** Applies every rule to a document. */
export function normalize(document: JsonSchema): JsonSchema {
  return passes.reduce((json, pass) => applyAll(json, pass), document);
}

/** Applies rules to every node of a document, leaves first. */
export function applyAll(document: JsonSchema, rules: readonly Rule[]): JsonSchema {
  return mapDocument(document, (node) => rules.reduce((shaped, rule) => rule.visit(shaped), node));
}
