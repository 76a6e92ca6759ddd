import type { JsonSchema } from "stubwright";

const text: JsonSchema = { type: "string" };
const number: JsonSchema = { type: "number" };

/** As `false`, which the type of a normalized schema has no place for. */
const NOTHING: JsonSchema = { not: {} };

function object(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = Object.keys(properties),
  more: JsonSchema = {},
): JsonSchema {
  return { type: "object", properties, required: [...required], ...more };
}

function closed(properties: Record<string, JsonSchema>, required?: readonly string[]): JsonSchema {
  return object(properties, required, { additionalProperties: false });
}

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

/**
 * Members that are called like methods of every object. All are required: TypeScript takes the method
 * for an optional member that a literal leaves out.
 */
const PROTOTYPE: Record<string, JsonSchema> = Object.fromEntries(
  ["hasOwnProperty", "__proto__", "constructor", "toString", "valueOf"].map((name) => [name, text]),
);

/** Schemas by name: each says something that types are often made too wide or too narrow for. */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Base: object({ a: text, b: text }, []),
  RefRequired: { ...ref("Base"), required: ["b"] },
  AllOfRequired: { allOf: [ref("Base")], type: "object", required: ["a", "z"] },
  AllOfRequiredPart: { allOf: [ref("Base"), { type: "object", required: ["a"] }] },
  UnionRequired: { ...ref("Shapes"), required: ["size"] },
  Shapes: {
    oneOf: [
      object({ kind: { const: "dot" }, size: number }, ["kind"]),
      object({ kind: { const: "box" } }),
    ],
  },
  Kind: { type: "string", enum: ["a", "b", "c"] },
  RefEnum: { ...ref("Kind"), enum: ["a", "b"] },
  RefConst: { ...ref("Kind"), const: "a" },
  RefConstOther: { ...ref("Kind"), const: "z" },
  TextOrNull: { type: ["string", "null"] },
  RefType: { ...ref("TextOrNull"), type: "string" },
  RefProperties: { ...ref("Base"), properties: { c: number }, required: ["c"] },
  EnumBesideType: { type: ["string", "null"], enum: ["a", "b"] },
  EnumWithNull: { type: ["string", "null"], enum: ["a", null] },
  EnumOfOtherTypes: { type: "string", enum: ["a", 1, null] },
  EnumMixed: { enum: ["a", -1.5, true, null, { x: 1 }, [1, 2], {}, []] },
  ConstObject: { const: { a: 1, b: [] } },
  ClosedEmpty: { type: "object", additionalProperties: false },
  ClosedEmptyOrNull: { type: ["object", "null"], additionalProperties: false },
  OpenEmpty: object({}),
  Unlisted: { type: "object", required: ["foo"] },
  UnlistedOfType: { type: "object", required: ["foo"], additionalProperties: number },
  UnlistedClosed: closed({ a: text }, ["a", "b"]),
  OpenTuple: { type: "array", prefixItems: [text, number] },
  ClosedTuple: { type: "array", prefixItems: [text, number], items: NOTHING },
  TupleMin: { type: "array", prefixItems: [text, number], items: NOTHING, minItems: 1 },
  TupleFull: { type: "array", prefixItems: [text, number], minItems: 2, maxItems: 2 },
  TupleRest: { type: "array", prefixItems: [text], items: number, minItems: 3 },
  TupleShort: { type: "array", prefixItems: [text, number], maxItems: 1 },
  TupleUnevaluated: { type: "array", prefixItems: [text], unevaluatedItems: false },
  ListOfTuples: { type: "array", items: { type: "array", prefixItems: [text, number] } },
  ListOfTupleOrNull: {
    type: "array",
    items: { type: ["array", "null"], prefixItems: [text], minItems: 0, items: NOTHING },
  },
  ListOfConstants: { type: "array", items: { enum: [{ a: 1 }, ["x"]] } },
  TupleOfParts: {
    allOf: [{ type: "array", prefixItems: [text] }, ref("OpenTuple")],
    type: "array",
    minItems: 1,
  },
  TupleBesideRef: { ...ref("OpenTuple"), type: "array", prefixItems: [text] },
  NonEmpty: { type: "array", items: text, minItems: 1 },
  AtLeastThree: { type: "array", items: number, minItems: 3 },
  NonEmptyOrNull: { type: ["array", "null"], items: text, minItems: 1 },
  None: { type: "array", items: NOTHING },
  OneOfRequired: {
    type: "object",
    properties: { a: text, b: text },
    oneOf: [{ required: ["a"] }, { required: ["b"] }],
  },
  AnyOfRequired: {
    ...closed({ a: text, b: text }, []),
    anyOf: [
      { required: ["a"], title: "Has a" },
      { type: "object", required: ["b"] },
    ],
  },
  Named: { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: number },
  NamedRequired: {
    type: "object",
    propertyNames: ref("Kind"),
    additionalProperties: number,
    required: ["a"],
  },
  Patterns: { type: "object", patternProperties: { "^x": number }, additionalProperties: false },
  PatternsBeside: closed({ name: text }, ["name"]),
  Rest: object({ name: text }, ["name"], { additionalProperties: number }),
  Unevaluated: object({ bar: text }, [], { unevaluatedProperties: false }),
  UnevaluatedOver: {
    allOf: [ref("Base")],
    properties: { c: text },
    unevaluatedProperties: false,
    type: "object",
  },
  UnevaluatedRef: { ...ref("Base"), type: "object", unevaluatedProperties: false },
  UnevaluatedOfType: { type: "object", unevaluatedProperties: text },
  Prototype: closed(PROTOTYPE),
  hasOwnProperty: text,
  größe: object({ größe: text, 日本: number }, ["größe"]),
  Refined: {
    allOf: [
      object({ kind: text, x: number }),
      { type: "object", properties: { kind: { const: "d" } } },
    ],
  },
  Tree: object({ value: text, children: { type: "array", items: ref("Tree") } }),
  Json: {
    anyOf: [
      { type: ["string", "number", "null"] },
      { type: "array", items: ref("Json") },
      { type: "object", additionalProperties: ref("Json") },
    ],
  },
  Several: {
    type: ["object", "array", "string"],
    properties: { a: text },
    required: ["a"],
    items: number,
  },
  Nothing: { not: {} },
  Anything: {},
  Never: object({ never: { not: {} }, a: text }, ["a"]),
  Dependent: object({ a: text, b: text }, [], { dependentRequired: { a: ["b"] } }),
  Conditional: object({ k: { enum: ["a", "b"] }, x: number }, ["k"], {
    if: { properties: { k: { const: "a" } } },
    // biome-ignore lint/suspicious/noThenProperty: it is the name of a keyword.
    then: { required: ["x"] },
  }),
};
