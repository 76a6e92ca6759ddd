import type { JsonSchema } from "stubwright";

const text: JsonSchema = { type: "string" };
const number: JsonSchema = { type: "number" };

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

function closed(properties: Record<string, JsonSchema>, required?: readonly string[]): JsonSchema {
  const names = required ?? Object.keys(properties);
  return { type: "object", properties, required: [...names], additionalProperties: false };
}

/** Schemas by name in which several things that types are made wrong for come together. */
export const MORE_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  AtLeastTwenty: { type: "array", items: number, minItems: 20 },
  AtMostOne: { type: "array", items: number, maxItems: 1 },
  NoItems: { type: "array", maxItems: 0 },
  TupleOfNothing: { type: "array", prefixItems: [{ not: {} }, text] },
  TupleOptionalNull: { type: "array", prefixItems: [{ type: ["string", "null"] }], minItems: 1 },
  TupleRestOfTuples: {
    type: "array",
    prefixItems: [text],
    items: { type: "array", prefixItems: [number], items: { not: {} }, minItems: 1 },
    minItems: 2,
  },
  TupleMoreThanPlaces: { type: "array", prefixItems: [text], minItems: 2 },
  ListOrTuple: {
    anyOf: [
      { type: "array", items: text },
      { type: "array", prefixItems: [number], items: { not: {} } },
    ],
  },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: no type may take it for one.
  EnumTextQuotes: { enum: ['"', "'", "\\", "\n", "\u2028", "*/", "`", "${a}"] },
  EnumNumbers: { type: "integer", enum: [0, -1, 1e21, 2.5] },
  EnumDeepObjects: { enum: [{ a: { b: [1, { c: null }] } }, [[], {}]] },
  ConstEmptyText: { const: "" },
  ConstEmptyObject: { const: {} },
  ConstEmptyList: { const: [] },
  ConstProto: closed({ __proto__: { const: "a" }, x: { const: false } }, ["x"]),
  EmptyName: closed({ "": text }),
  MembersOdd: closed({ " ": text, "a-b": text, "1": text, '"': text, "*/": text, ü: text }),
  MembersReserved: closed({ class: text, default: text, function: number, T0: text, Root: text }),
  RecordOfLists: { type: "object", additionalProperties: { type: "array", items: text } },
  RecordOfNullable: { type: "object", additionalProperties: { type: ["number", "null"] } },
  RecordOfRecords: {
    type: "object",
    additionalProperties: { type: "object", additionalProperties: number },
  },
  RecordRequired: { type: "object", additionalProperties: text, required: ["a", "constructor"] },
  RecordOrText: { type: ["object", "string"], additionalProperties: number },
  RecordClosedBesideNull: {
    anyOf: [{ type: "null" }, { type: "object", additionalProperties: false }],
  },
  RestOfOtherType: {
    type: "object",
    properties: { id: number },
    required: ["id"],
    additionalProperties: text,
  },
  OptionalNull: closed({ a: { type: "null" }, b: { type: ["null", "boolean"] } }, []),
  Nested: closed({ a: closed({ b: closed({ c: { enum: [1] } }, []) }) }),
  AllOfOne: { allOf: [closed({ a: text })] },
  AllOfUnionAndObject: {
    allOf: [
      { anyOf: [closedOpen({ kind: { const: "x" } }), closedOpen({ kind: { const: "y" } })] },
      closedOpen({ n: number }),
    ],
  },
  AllOfScalars: { allOf: [{ type: ["string", "number"] }, { type: ["number", "boolean"] }] },
  AllOfEnums: { allOf: [{ enum: ["a", "b"] }, { enum: ["b", "c"] }] },
  AllOfNested: {
    allOf: [{ allOf: [closedOpen({ a: text })] }, { allOf: [closedOpen({ b: text })] }],
  },
  AnyOfAnything: { anyOf: [text, {}] },
  AnyOfNothing: { anyOf: [text, { not: {} }] },
  OneOfScalars: { oneOf: [text, number, { type: "null" }] },
  OneOfTagged: {
    oneOf: [
      closed({ type: { const: "a" }, v: text }),
      closed({ type: { enum: ["b", "c"] }, v: number }),
    ],
  },
  OneOfBesideProperties: {
    type: "object",
    properties: { id: text },
    required: ["id"],
    oneOf: [closedOpen({ a: text }), closedOpen({ b: text })],
  },
  UnionBesideType: { type: "string", anyOf: [{ const: "a" }, { const: "b" }] },
  UnionBesideEnum: { enum: ["a", "b", 1], anyOf: [text, { type: "boolean" }] },
  RefToNullable: { ...ref("OptionalText"), type: "string" },
  OptionalText: { anyOf: [text, { type: "null" }] },
  RefToList: { ...ref("Texts"), minItems: 1 },
  Texts: { type: "array", items: text },
  RefToTagged: { ...ref("OneOfTagged"), properties: { v: text } },
  RefDescription: { ...ref("Texts"), description: "*/ export type X = 1 /*" },
  CircleByList: { type: "array", items: ref("CircleByList") },
  CircleByPart: {
    allOf: [closedOpen({ next: { anyOf: [ref("CircleByPart"), { type: "null" }] } })],
  },
  CircleByRecord: { type: "object", additionalProperties: ref("CircleByRecord") },
  NamesByEnumOptional: {
    type: "object",
    propertyNames: { enum: ["a", "b"] },
    properties: { a: number },
  },
  NamesConst: { type: "object", propertyNames: { const: "only" } },
  PatternsAndRest: {
    type: "object",
    patternProperties: { "^n": number },
    additionalProperties: text,
  },
  UnevaluatedItemsOpen: { type: "array", prefixItems: [text], unevaluatedItems: number },
  NotText: { not: text },
  NotConst: { type: "string", not: { const: "a" } },
  DependentSchemas: {
    ...closedOpen({ a: text }),
    dependentSchemas: { a: { properties: { b: number }, required: ["b"] } },
  },
};

function closedOpen(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties) };
}
