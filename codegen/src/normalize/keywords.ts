import { METHOD_SCHEMAS } from "../document.js";
import { isObject, type JsonSchema } from "../schema.js";
import type { Rule } from "./rule.js";

/** A tuple as 2020-12 writes it becomes one as all drafts before did. */
export const prefixItems: Rule = {
  name: "prefix-items",
  visit(node) {
    if (!Array.isArray(node.prefixItems)) return node;
    const { prefixItems: first, items: rest, ...others } = node;
    return {
      ...others,
      items: first as JsonSchema[],
      ...(rest !== undefined && { additionalItems: rest }),
    };
  },
};

/** `true` and `false` where a schema stands become `{}`, any value, and `{ not: {} }`, none. */
export const booleanSchemas: Rule = {
  name: "boolean-schemas",
  visit(node) {
    let copy: JsonSchema | undefined;
    for (const key of node.rpcMethod === undefined ? PLACES : METHOD_PLACES) {
      const value = node[key];
      const schemas = BY_NAME.has(key) && isObject(value) ? mapToSchemas(value) : toSchemas(value);
      if (schemas === value) continue;
      copy ??= { ...node };
      copy[key] = schemas;
    }
    return copy ?? node;
  },
};

/** Keywords whose value is a map from names to schemas. */
const BY_NAME = new Set(["properties", "definitions", "patternProperties"]);
const PLACES = [...BY_NAME, "anyOf", "oneOf", "allOf", "prefixItems", "items"];
const METHOD_PLACES = [...PLACES, ...METHOD_SCHEMAS];

function mapToSchemas(map: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(map).some(isBoolean)) return map;
  return Object.fromEntries(Object.entries(map).map(([name, child]) => [name, toSchema(child)]));
}

function toSchemas(value: unknown): unknown {
  if (!Array.isArray(value)) return toSchema(value);
  return value.some(isBoolean) ? value.map(toSchema) : value;
}

function toSchema(value: unknown): unknown {
  return isBoolean(value) ? (value ? {} : { not: {} }) : value;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** OpenAPI's `nullable: true` becomes an arm for null. */
export const nullable: Rule = {
  name: "nullable",
  visit(node) {
    if (typeof node.nullable !== "boolean") return node;
    const { nullable: on, title, description, ...rest } = node;
    const prose = { ...(title && { title }), ...(description && { description }) };
    return on ? { ...prose, anyOf: [rest, { type: "null" }] } : { ...prose, ...rest };
  },
};

/** Draft-04 `"exclusiveMinimum": true` beside `minimum` becomes the number it stands for. */
export const booleanExclusiveBounds: Rule = {
  name: "boolean-exclusive-bounds",
  visit(node) {
    for (const [exclusive, bound] of [
      ["exclusiveMinimum", "minimum"],
      ["exclusiveMaximum", "maximum"],
    ] as const) {
      if (typeof node[exclusive] !== "boolean") continue;
      const { [exclusive]: on, [bound]: limit, ...rest } = node;
      node = on ? { ...rest, [exclusive]: limit } : { ...rest, [bound]: limit };
    }
    return node;
  },
};
