import { isAbsent, type JsonSchema } from "../schema.js";
import { allows } from "./arms.js";
import type { Definitions } from "./definitions.js";
import { canonical } from "./equal.js";
import { splitUnion } from "./split-union.js";
import { commonTypes, typesOf, valuesOf } from "./types-of.js";

/** How deep members of members are looked at. */
const DEPTH = 3;

/**
 * Whether a node is a `oneOf` of which some value may match several alternatives: such a value is
 * refused, where `anyOf` takes it.
 */
export function overlaps({ oneOf, anyOf }: JsonSchema, definitions: Definitions): boolean {
  if (!oneOf || anyOf) return false;
  return oneOf.some((arm, index) =>
    oneOf.slice(index + 1).some((other) => !areDisjoint(arm, other, definitions, DEPTH)),
  );
}

/** Whether surely no value matches both. */
function areDisjoint(
  a: JsonSchema,
  b: JsonSchema,
  definitions: Definitions,
  depth: number,
): boolean {
  if (depth === 0) return false;
  const [lefts, rights] = [a, b].map((one) =>
    splitUnion(definitions.resolve(one), definitions).map((arm) => definitions.resolve(arm)),
  ) as [JsonSchema[], JsonSchema[]];
  if (lefts.length + rights.length > 2) {
    return lefts.every((x) => rights.every((y) => areDisjoint(x, y, definitions, depth - 1)));
  }
  const [left = { not: {} }, right = { not: {} }] = [lefts[0], rights[0]];
  if (isAbsent(left) || isAbsent(right)) return true;
  const [some, others] = [valuesOf(left), valuesOf(right)];
  if (some && others) {
    const texts = new Set(some.map(canonical));
    return !others.some((value) => texts.has(canonical(value)));
  }
  const values = some ?? others;
  const wide = some ? right : left;
  if (values) {
    return values.every((value) => lacksType(wide, value) || surelyRefuses(wide, value));
  }
  const common = commonTypes(typesOf(left), typesOf(right));
  if (common.length === 0) return typesOf(left).length > 0 && typesOf(right).length > 0;
  return common.join() === "object" && differByMember(left, right, definitions, depth);
}

/** Whether some member has to be there and tells two objects apart. */
function differByMember(
  left: JsonSchema,
  right: JsonSchema,
  definitions: Definitions,
  depth: number,
): boolean {
  const [a, b] = [left.properties ?? {}, right.properties ?? {}];
  const cannotHave = (node: JsonSchema, name: string) =>
    node.additionalProperties === false &&
    node.patternProperties === undefined &&
    !Object.hasOwn(node.properties ?? {}, name);
  return (
    left.required?.some((name) => cannotHave(right, name)) ||
    right.required?.some((name) => cannotHave(left, name)) ||
    [...new Set([...(left.required ?? []), ...(right.required ?? [])])].some((name) => {
      const [x, y] = [a, b].map((map) => (Object.hasOwn(map, name) ? map[name] : undefined));
      return x && y && areDisjoint(x, y, definitions, depth - 1);
    })
  );
}

function lacksType(node: JsonSchema, value: unknown): boolean {
  return (
    valuesOf({ type: [...typesOf(node)], const: value })?.length === 0 && typesOf(node).length > 0
  );
}

/** Of scalars alone can it be told. */
function surelyRefuses(node: JsonSchema, value: unknown): boolean {
  return typeof value !== "object" && !allows(node, value);
}
