import type { JsonSchema } from "../schema.js";
import { absentArm, absentResult } from "./absent.js";
import {
  booleanExclusiveBounds,
  booleanSchemas,
  definitionsKeyword,
  nullable,
  prefixItems,
} from "./keywords.js";
import { constBesideRef, shapeBesideRef } from "./references.js";
import { requiredArms } from "./required-arms.js";
import type { Rule } from "./rule.js";

/** All rules, in the order they are applied. */
export const rules: readonly Rule[] = [
  definitionsKeyword,
  prefixItems,
  booleanSchemas,
  nullable,
  booleanExclusiveBounds,
  absentResult,
  absentArm,
  constBesideRef,
  shapeBesideRef,
  requiredArms,
];

/** Applies every rule to a document. */
export function normalize(document: JsonSchema): JsonSchema {
  return rules.reduce((json, rule) => rule.apply(json), document);
}
