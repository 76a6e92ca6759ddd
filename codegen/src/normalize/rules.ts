import { isObject, type JsonSchema, mapSchema } from "../schema.js";

/** One way in which published schemas are brought to a common shape. */
export interface Rule {
  readonly name: string;
  /** Gives the new document; the old one is not changed. */
  apply(document: JsonSchema): JsonSchema;
}

/** `$defs` (2019-09) becomes `definitions`, in the place and in references. */
const definitionsKeyword: Rule = {
  name: "definitions-keyword",
  apply: (document) =>
    mapSchema(document, (node) => {
      if (typeof node.$ref === "string" && node.$ref.includes("#/$defs/")) {
        node = { ...node, $ref: node.$ref.replace("#/$defs/", "#/definitions/") };
      }
      if (!isObject(node.$defs)) return node;
      const { $defs, definitions, ...rest } = node;
      return { ...rest, definitions: { ...(definitions as object | undefined), ...$defs } };
    }),
};

/** Draft-04 `"exclusiveMinimum": true` beside `minimum` becomes the number it stands for. */
const booleanExclusiveBounds: Rule = {
  name: "boolean-exclusive-bounds",
  apply: (document) =>
    mapSchema(document, (node) => {
      for (const [exclusive, bound] of [
        ["exclusiveMinimum", "minimum"],
        ["exclusiveMaximum", "maximum"],
      ] as const) {
        if (typeof node[exclusive] !== "boolean") continue;
        const { [exclusive]: on, [bound]: limit, ...rest } = node;
        node = on ? { ...rest, [exclusive]: limit } : { ...rest, [bound]: limit };
      }
      return node;
    }),
};

/** `anyOf: [{ not: {} }, X]`, "absent, or X", becomes X: whether it may be absent is said elsewhere. */
const absentArm: Rule = {
  name: "absent-arm",
  apply: (document) =>
    mapSchema(document, (node) => {
      const arms = node.anyOf?.filter((arm) => !isAbsent(arm));
      if (!arms || arms.length === node.anyOf?.length) return node;
      const { anyOf, ...rest } = node;
      return arms.length === 1 ? { ...arms[0], ...rest } : { ...rest, anyOf: arms };
    }),
};

/** Whether no value matches: the way a schema says "nothing here". */
export function isAbsent(schema: JsonSchema): boolean {
  return isObject(schema.not) && Object.keys(schema.not).length === 0;
}

/** A `const` beside `$ref` narrows the enum that is referred to: the reference adds nothing. */
const constBesideRef: Rule = {
  name: "const-beside-ref",
  apply: (document) =>
    mapSchema(document, (node) => {
      if (node.$ref === undefined || node.const === undefined) return node;
      const { $ref, ...rest } = node;
      return rest;
    }),
};

/** Arms that only require members of the object beside them become whole objects, one per arm. */
const requiredArms: Rule = {
  name: "required-arms",
  apply: (document) =>
    mapSchema(document, (node) => {
      if (!node.properties || !node.anyOf?.every(isRequirement)) return node;
      const { anyOf, required = [], ...rest } = node;
      const arms = anyOf.map((arm) => ({
        ...rest,
        required: [...new Set([...required, ...(arm.required ?? [])])],
      }));
      const { title, description } = node;
      return { ...(title && { title }), ...(description && { description }), anyOf: arms };
    }),
};

function isRequirement(schema: JsonSchema): boolean {
  return schema.required !== undefined && Object.keys(schema).length === 1;
}

/** All rules, in the order they are applied. */
export const rules: readonly Rule[] = [
  definitionsKeyword,
  booleanExclusiveBounds,
  absentArm,
  constBesideRef,
  requiredArms,
];

/** Applies every rule to a document. */
export function normalize(document: JsonSchema): JsonSchema {
  return rules.reduce((json, rule) => rule.apply(json), document);
}
