import { KEYWORDS } from "@stubwright/rpc/json-schema";
import type { JsonSchema } from "stubwright";

/**
 * What TypeScript cannot say, or says only in part, taken out of a schema. A value that does not fit
 * what is left has to be refused by the type too. This is the whole list:
 *
 * - bounds of numbers, texts, lists and objects, formats and patterns, except that a list or tuple
 *   has at least so many items;
 * - conditions: `if`, `not` of anything but everything, `dependentRequired` and the like, `contains`;
 * - that exactly one arm of `oneOf` matches, and that a number is whole;
 * - that an object of one part or arm has no members of another: TypeScript lets an object literal
 *   have those of all arms, and open parts let any member in;
 * - that what parts describe is an object, where that is said beside them;
 * - which of the names match a pattern, and that a member with a name of its own is not one of the
 *   others.
 */
export function relax(schema: JsonSchema, inside = false): JsonSchema {
  const relaxed: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (!KEPT.has(keyword) && keyword !== "definitions") continue;
    relaxed[keyword] = value;
  }
  const again = (child: unknown, isPart = inside): unknown =>
    typeof child === "object" && child !== null ? relax(child as JsonSchema, isPart) : child;
  const each = (map: unknown, isPart = false): Record<string, JsonSchema> =>
    Object.fromEntries(
      Object.entries(map as object).map(([name, child]) => [
        name,
        again(child, isPart) as JsonSchema,
      ]),
    );
  const types = [schema.type ?? []].flat().map((type) => (type === "integer" ? "number" : type));
  const isBeside = types.includes("object") && (schema.allOf || schema.anyOf || schema.oneOf);
  if (isBeside) delete relaxed.type;
  else if (schema.type !== undefined) relaxed.type = types;
  if (schema.properties) relaxed.properties = each(schema.properties);
  if (schema.items !== undefined) relaxed.items = again(schema.items, false) as JsonSchema;
  if (schema.prefixItems) {
    relaxed.prefixItems = (schema.prefixItems as unknown[]).map((item) => again(item, false));
  }
  for (const keyword of ["allOf", "anyOf"] as const) {
    if (schema[keyword])
      relaxed[keyword] = schema[keyword].map((part) => again(part, true) as JsonSchema);
  }
  if (schema.oneOf) {
    const arms = schema.oneOf.map((part) => again(part, true) as JsonSchema);
    relaxed.allOf = [...(relaxed.allOf ?? []), { anyOf: arms }];
  }
  const names = Object.keys(schema.properties ?? {});
  if (schema.not && Object.keys(schema.not).length > 0) delete relaxed.not;
  if (schema.patternProperties || (names.length > 0 && schema.additionalProperties !== false)) {
    delete relaxed.additionalProperties;
  }
  if (inside || schema.allOf || schema.anyOf || schema.oneOf || schema.$ref) {
    delete relaxed.additionalProperties;
    delete relaxed.unevaluatedProperties;
    delete relaxed.propertyNames;
  }
  return relaxed;
}

const KEPT: ReadonlySet<string> = new Set(
  [
    ...[...KEYWORDS].flatMap(([keyword, { role }]) =>
      role === "shape" || role === "reference" || role === "identity" ? [keyword] : [],
    ),
    ...["not", "minItems", "propertyNames", "unevaluatedProperties", "unevaluatedItems"],
  ].filter((keyword) => keyword !== "oneOf" && keyword !== "patternProperties"),
);
