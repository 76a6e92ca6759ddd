import { isDeepStrictEqual } from "node:util";
import { isSilent, type JsonSchema } from "../schema.js";
import { commonTypes } from "./types-of.js";

/**
 * Joins two parts of an `allOf` into one node. Where both say something of the same keyword and one
 * node cannot say both, what the first one says is kept under `also`, a keyword like any other that
 * cannot be ranked.
 */
export function joinTwo(a: JsonSchema, b: JsonSchema): JsonSchema {
  const closed = a.additionalProperties === false || b.additionalProperties === false;
  const displaced = Object.entries(a).filter(
    ([key, value]) =>
      key in b &&
      !(JOINED.has(key) || isSilent(key) || (closed && key === "additionalProperties")) &&
      !isDeepStrictEqual(value, b[key]),
  );
  const also = [
    ...alsoOf(a),
    ...alsoOf(b),
    ...(displaced.length > 0 ? [Object.fromEntries(displaced)] : []),
  ];
  const types = a.type && b.type && commonTypes([a.type].flat(), [b.type].flat());
  if (types?.length === 0) return { not: {} };
  return {
    ...a,
    ...b,
    ...(types && { type: types.length === 1 ? types[0] : types }),
    ...((a.properties || b.properties) && {
      properties: joinMembers(a.properties ?? {}, b.properties ?? {}),
    }),
    ...((a.required || b.required) && {
      required: [...new Set([...(a.required ?? []), ...(b.required ?? [])])],
    }),
    ...(closed && { additionalProperties: false }),
    ...(also.length > 0 && { also }),
  };
}

/** Keywords that one node can say for two. */
const JOINED = new Set(["properties", "required", "type", "also"]);

function alsoOf(node: JsonSchema): JsonSchema[] {
  return (node.also as JsonSchema[] | undefined) ?? [];
}

function joinMembers(
  a: Record<string, JsonSchema>,
  b: Record<string, JsonSchema>,
): Record<string, JsonSchema> {
  const joined = Object.entries(b).map(([name, own]): [string, JsonSchema] => {
    const other = Object.hasOwn(a, name) ? a[name] : undefined;
    if (!other || isDeepStrictEqual(other, own)) return [name, own];
    const isPlain = [other, own].every(({ $ref, allOf }) => !$ref && !allOf);
    return [name, isPlain ? joinTwo(other, own) : { allOf: [other, own] }];
  });
  return { ...a, ...Object.fromEntries(joined) };
}
