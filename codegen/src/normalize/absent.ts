import { armsOf, isAbsent, isSilent, type JsonSchema } from "../schema.js";
import type { Rule } from "./rule.js";

/** A result that may be absent is null on the wire then. */
export const absentResult: Rule = {
  name: "absent-result",
  visit(node) {
    const result = node.result as JsonSchema | undefined;
    if (node.rpcMethod === undefined || !result || !armsOf(result).some(isAbsent)) return node;
    const anyOf = armsOf(result).map((arm) => (isAbsent(arm) ? { type: "null" } : arm));
    return { ...node, result: { ...result, anyOf } };
  },
};

/**
 * `anyOf: [{ not: {} }, X]`, "absent, or X", becomes X: whether it may be absent is said elsewhere.
 * Beside keywords that narrow it, X stays an arm: both count.
 */
export const absentArm: Rule = {
  name: "absent-arm",
  visit(node) {
    const all = armsOf(node);
    const arms = all.filter((arm) => !isAbsent(arm));
    if (arms.length === all.length) return node;
    const { anyOf, ...rest } = node;
    if (arms.length === 0) return { ...rest, not: {} };
    const alone = arms.length === 1 && Object.keys(rest).every(isSilent);
    return alone ? { ...arms[0], ...rest } : { ...rest, anyOf: arms };
  },
};
