import { KEYWORDS } from "@stubwright/rpc/json-schema";
import type { JsonSchema } from "stubwright";

export type Definitions = Readonly<Record<string, JsonSchema>>;

/**
 * Whether a schema describes a value alone, is one arm of several, or a part that other parts of the
 * same value stand beside.
 */
type Role = "alone" | "arm" | "part";

/**
 * What TypeScript cannot say, or says only in part, taken out of definitions. A value that does not
 * fit what is left has to be refused by the type too. This is the whole list:
 *
 * - bounds of numbers, texts, lists and objects, formats and patterns, except that a list or tuple
 *   has at least so many items, up to ten, where that is not said beside a reference;
 * - conditions: `if`, `not` of anything but everything, `dependentRequired` and the like, `contains`;
 * - that exactly one arm of `oneOf` matches, and that a number is whole;
 * - that an object of one part or arm has no members of another, constants included: TypeScript lets
 *   an object literal have those of all arms, and open parts let any member in, on all levels;
 * - that a value of two parts is an object, where one part is closed and requires no member: a text
 *   has no member that is wrong;
 * - that what parts describe is an object, where that is said beside them;
 * - which of the names match a pattern, and that a member with a name of its own is not one of the
 *   others.
 */
export function relax(definitions: Definitions): Definitions {
  // References come from every role.
  const roles: readonly Role[] = ["alone", "arm", "part"];
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, schema]) =>
      roles.map((role) => [name + suffix(role), relaxSchema(schema, role)]),
    ),
  );
}

function suffix(role: Role): string {
  return role === "alone" ? "" : `.${role}`;
}

function relaxSchema(schema: JsonSchema, given: Role): JsonSchema {
  const role = countParts(schema) > 1 ? "part" : given;
  const armRole = role === "part" ? "part" : "arm";
  const again = (child: unknown, childRole: Role): unknown =>
    isRecord(child) ? relaxSchema(child, childRole) : child;
  const relaxed: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (KEPT.has(keyword) || keyword === "definitions") relaxed[keyword] = value;
  }
  const types = [schema.type ?? []].flat().map((type) => (type === "integer" ? "number" : type));
  const isBeside = types.includes("object") && (schema.allOf || schema.anyOf || schema.oneOf);
  if (isBeside) delete relaxed.type;
  else if (types.includes("object") && role === "part" && isWeak(schema)) {
    relaxed.type = [...types, "string", "number", "boolean", "array"];
  } else if (schema.type !== undefined) relaxed.type = types;
  if (schema.$ref) relaxed.$ref = schema.$ref + suffix(role);
  if (schema.$ref || Number(schema.minItems) > 10) delete relaxed.minItems;
  if (role !== "alone") relaxConstants(relaxed);
  if (schema.properties) {
    relaxed.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, member]) => [name, relaxSchema(member, role)]),
    );
  }
  if (schema.items !== undefined) relaxed.items = again(schema.items, role) as JsonSchema;
  if (schema.prefixItems) {
    relaxed.prefixItems = (schema.prefixItems as unknown[]).map((item) => again(item, role));
  }
  if (schema.allOf) relaxed.allOf = schema.allOf.map((part) => relaxSchema(part, "part"));
  if (schema.anyOf) relaxed.anyOf = schema.anyOf.map((arm) => relaxSchema(arm, armRole));
  if (schema.oneOf) {
    const arms = schema.oneOf.map((arm) => relaxSchema(arm, armRole));
    relaxed.allOf = [...(relaxed.allOf ?? []), { anyOf: arms }];
  }
  const names = Object.keys(schema.properties ?? {});
  if (schema.not && Object.keys(schema.not).length > 0) delete relaxed.not;
  if (schema.patternProperties || (names.length > 0 && schema.additionalProperties !== false)) {
    delete relaxed.additionalProperties;
  }
  if (role !== "alone" || schema.allOf || schema.anyOf || schema.oneOf || schema.$ref) {
    delete relaxed.additionalProperties;
    delete relaxed.unevaluatedProperties;
    delete relaxed.propertyNames;
  }
  return relaxed;
}

/** How many parts of a schema describe the same value. */
function countParts(schema: JsonSchema): number {
  const { $ref, allOf = [], anyOf, oneOf, properties, required, additionalProperties } = schema;
  const isObject = [properties, required, additionalProperties].some((one) => one !== undefined);
  return allOf.length + [$ref, anyOf, oneOf, isObject || undefined].filter(Boolean).length;
}

/** Whether an object type requires nothing and names all that there may be. */
function isWeak({ required = [], ...schema }: JsonSchema): boolean {
  const { additionalProperties, unevaluatedProperties, propertyNames } = schema;
  const isOpen = additionalProperties !== false && unevaluatedProperties !== false;
  return required.length === 0 && (!isOpen || propertyNames !== undefined);
}

/** Lets constants that are objects have more members. */
function relaxConstants(schema: JsonSchema): void {
  const values = "const" in schema ? [schema.const] : schema.enum;
  if (!values?.some((value) => typeof value === "object" && value !== null)) return;
  schema.allOf = [...(schema.allOf ?? []), { anyOf: values.map(openConstant) }];
  delete schema.const;
  delete schema.enum;
}

function openConstant(value: unknown): JsonSchema {
  if (Array.isArray(value)) {
    const prefixItems = value.map(openConstant);
    return { type: "array", prefixItems, minItems: value.length, items: { not: {} } };
  }
  if (!isRecord(value) || Object.keys(value).length === 0) return { const: value };
  const members = Object.entries(value).map(([name, member]) => [name, openConstant(member)]);
  return {
    type: "object",
    properties: Object.fromEntries(members),
    required: Object.keys(value),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const KEPT: ReadonlySet<string> = new Set(
  [
    ...[...KEYWORDS].flatMap(([keyword, { role }]) =>
      role === "shape" || role === "reference" || role === "identity" ? [keyword] : [],
    ),
    ...["not", "minItems", "propertyNames", "unevaluatedProperties", "unevaluatedItems"],
  ].filter((keyword) => keyword !== "oneOf" && keyword !== "patternProperties"),
);
