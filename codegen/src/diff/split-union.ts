import { isAbsent, isSilent, type JsonSchema, refName } from "../schema.js";
import type { Definitions } from "./definitions.js";
import { AT, placeOf } from "./locate.js";
import { typesOf } from "./types-of.js";

/** Keywords beside a union that hold for each of its arms. */
const SHAPING = ["properties", "required", "items", "additionalProperties", "enum", "const"];

/** Splits a union into its arms; anything else is its only arm. */
export function splitUnion(node: JsonSchema, definitions: Definitions): JsonSchema[] {
  const keyword = node.anyOf ? "anyOf" : "oneOf";
  const arms = node[keyword];
  if (!arms) return [node];
  const { [keyword]: _, ...beside } = node;
  const shapes = SHAPING.some((key) => key in beside);
  const isTyped = (arm: JsonSchema) => {
    const types = typesOf(definitions.resolve(arm));
    return types.length > 0 && types.every((type) => [beside.type].flat().includes(type));
  };
  return arms
    .filter((arm) => !isAbsent(arm))
    .flatMap((arm, index) => {
      if (shapes || (beside.type !== undefined && !isTyped(arm)))
        return [definitions.resolve(joined(node, beside, arm, index))];
      return arm.anyOf || arm.oneOf ? splitUnion(arm, definitions) : [arm];
    })
    .filter((arm) => !isAbsent(arm));
}

/** The same node for the same arm every time: comparisons are remembered by node. */
const JOINED = new WeakMap<JsonSchema, JsonSchema[]>();

function joined(union: JsonSchema, beside: JsonSchema, arm: JsonSchema, index: number): JsonSchema {
  const list = JOINED.get(union) ?? [];
  JOINED.set(union, list);
  const shape = Object.fromEntries(Object.entries(beside).filter(([key]) => !isSilent(key)));
  list[index] ??= { allOf: [shape, arm], [AT]: placeOf(arm) };
  return list[index];
}

/** The definition that an arm is nothing but a reference to. */
export function referenced({ $ref }: JsonSchema): string | undefined {
  return $ref === undefined ? undefined : refName($ref);
}
