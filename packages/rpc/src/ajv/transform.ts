import type { ValidationForm } from "../validation.js";
import { isSchemaObject, type JsonSchema, KEYWORDS, refName } from "./json-schema.js";
import type { LazyCheck } from "./lazy.js";
import { findTag, type Lookup, type TaggedUnion } from "./tagged.js";

/** Makes the checks that a schema refers to; each compiles when a value first gets there. */
export interface Links {
  readonly lookup: Lookup;
  /** The check of a definition. */
  definition(name: string): LazyCheck;
  /** The check of a union that is told apart by a tag. */
  tagged(union: TaggedUnion): LazyCheck;
}

type Out = Record<string, unknown>;

/**
 * Turns a published schema into the one that is compiled: only keywords that check something, and
 * the keyword `link` in place of references and tagged unions.
 *
 * In the open form, unknown members are fine, an optional member may be null, formats are not
 * looked at, and a union may match more than once. Below `not` and in conditions nothing is opened,
 * since that would refuse more and not less.
 */
export function transform(schema: JsonSchema, form: ValidationForm, links: Links): JsonSchema {
  if (!isSchemaObject(schema)) return schema;
  const out: Out = {};
  for (const keyword of KEYWORDS.PLAIN) {
    if (Object.hasOwn(schema, keyword)) out[keyword] = schema[keyword];
  }
  const sub = (value: unknown, as = form) => transform(value as JsonSchema, as, links);
  for (const keyword of KEYWORDS.ONE) {
    const closed = keyword === "not" || keyword === "if";
    if (schema[keyword] !== undefined)
      out[keyword] = sub(schema[keyword], closed ? "strict" : form);
  }
  for (const keyword of KEYWORDS.NAMED) {
    const named = schema[keyword];
    if (isSchemaObject(named)) out[keyword] = mapMembers(named, (value) => sub(value));
  }
  if (form === "strict" && schema.format !== undefined) out.format = schema.format;
  if (schema.$ref !== undefined)
    out.link = links.definition(refName(schema.$ref) ?? `${schema.$ref}`);
  addUnions(out, schema, form, links);
  addMembers(out, schema, form, links);
  addItems(out, schema, sub);
  return out;
}

function addUnions(out: Out, schema: Out, form: ValidationForm, links: Links): void {
  for (const keyword of KEYWORDS.LIST) {
    if (!Array.isArray(schema[keyword])) continue;
    // Published schemas write "or nothing at all" as an arm that matches nothing.
    const arms = (schema[keyword] as JsonSchema[]).filter((arm) => !isNever(arm));
    const union = keyword === "allOf" ? undefined : findTag(arms, links.lookup);
    if (union && out.link === undefined) {
      out.link = links.tagged(union);
      continue;
    }
    const name = keyword === "oneOf" && form === "open" && !schema.anyOf ? "anyOf" : keyword;
    if (arms.length > 0) out[name] = arms.map((arm) => transform(arm, form, links));
    else if (keyword !== "allOf") out.not = {};
  }
}

function isNever(schema: JsonSchema): boolean {
  if (!isSchemaObject(schema)) return schema === false;
  return isSchemaObject(schema.not) && Object.keys(schema.not).length === 0;
}

function addMembers(out: Out, schema: Out, form: ValidationForm, links: Links): void {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  if (isSchemaObject(schema.properties)) {
    out.properties = mapMembers(schema.properties, (member, name) => {
      const inner = transform(member as JsonSchema, form, links);
      return form === "strict" || required.has(name) ? inner : { orNull: inner };
    });
  }
  const rest = schema.additionalProperties;
  if (rest === undefined || (rest === false && form === "open")) return;
  out.additionalProperties = transform(rest as JsonSchema, form, links);
}

function addItems(out: Out, schema: Out, sub: (value: unknown) => JsonSchema): void {
  const { items, prefixItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
  if (!tuple) {
    if (items !== undefined) out.items = sub(items);
    return;
  }
  out.items = tuple.map((item) => sub(item));
  if (tuple === prefixItems && items !== undefined) out.additionalItems = sub(items);
}

/** Maps an object's values; a member named `__proto__` stays a member. */
function mapMembers(named: Out, map: (value: unknown, name: string) => unknown): Out {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, map(value, name)]));
}

/** What an answer may be besides its definition: servers use null and {} for "nothing" alike. */
export function acceptsNothing(schema: JsonSchema): { null: boolean; empty: boolean } {
  if (!isSchemaObject(schema)) return { null: false, empty: false };
  const required = Array.isArray(schema.required) && schema.required.length > 0;
  return { null: schema.type === "object" && !required, empty: schema.type === "null" };
}
