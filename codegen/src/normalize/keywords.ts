import { isObject, type JsonSchema, mapSchema } from "../schema.js";
import type { Rule } from "./rule.js";

/** `$defs` (2019-09) becomes `definitions`, in the place and in references. */
export const definitionsKeyword: Rule = {
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

/** A tuple as 2020-12 writes it becomes one as all drafts before did. */
export const prefixItems: Rule = {
  name: "prefix-items",
  apply: (document) =>
    mapSchema(document, (node) => {
      if (!Array.isArray(node.prefixItems)) return node;
      const { prefixItems: first, items: rest, ...others } = node;
      return {
        ...others,
        items: first as JsonSchema[],
        ...(rest !== undefined && { additionalItems: rest }),
      };
    }),
};

/** `true` and `false` where a schema stands become `{}`, any value, and `{ not: {} }`, none. */
export const booleanSchemas: Rule = {
  name: "boolean-schemas",
  apply: (document) =>
    mapSchema(document, (node) => {
      const copy = { ...node };
      for (const key of ["properties", "definitions", "patternProperties"]) {
        const map = copy[key];
        if (!isObject(map)) continue;
        copy[key] = Object.fromEntries(
          Object.entries(map).map(([name, child]) => [name, toSchema(child)]),
        );
      }
      for (const key of node.rpcMethod === undefined ? [] : ["params", "result"]) {
        copy[key] = toSchema(copy[key]);
      }
      for (const key of ["anyOf", "oneOf", "allOf", "prefixItems"]) {
        const list = copy[key];
        if (Array.isArray(list)) copy[key] = list.map(toSchema);
      }
      if (copy.items !== undefined) {
        copy.items = Array.isArray(copy.items)
          ? (copy.items.map(toSchema) as JsonSchema[])
          : (toSchema(copy.items) as JsonSchema);
      }
      return copy;
    }),
};

function toSchema(value: unknown): unknown {
  return typeof value === "boolean" ? (value ? {} : { not: {} }) : value;
}

/** OpenAPI's `nullable: true` becomes an arm for null. */
export const nullable: Rule = {
  name: "nullable",
  apply: (document) =>
    mapSchema(document, (node) => {
      if (typeof node.nullable !== "boolean") return node;
      const { nullable: on, title, description, ...rest } = node;
      const prose = { ...(title && { title }), ...(description && { description }) };
      return on ? { ...prose, anyOf: [rest, { type: "null" }] } : { ...prose, ...rest };
    }),
};

/** Draft-04 `"exclusiveMinimum": true` beside `minimum` becomes the number it stands for. */
export const booleanExclusiveBounds: Rule = {
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
