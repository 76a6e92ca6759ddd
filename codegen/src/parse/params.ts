import { isAbsent, isSilent, type JsonSchema } from "../schema.js";

/** Follows a reference to the definition it names. */
type Resolve = (schema: JsonSchema) => JsonSchema;

/** Whether no params are taken: an object without members, and nothing says which it may have. */
export function takesNothing(schema: JsonSchema): boolean {
  if (schema.type === "null" || isAbsent(schema)) return true;
  const { type: _, properties, required = [], additionalProperties = false, ...others } = schema;
  return (
    properties !== undefined &&
    Object.keys(properties).length === 0 &&
    required.length === 0 &&
    additionalProperties === false &&
    Object.keys(others).every(isSilent)
  );
}

/** Whether `{}` is a valid value, as far as types and required members tell. */
export function acceptsEmpty(schema: JsonSchema, resolve: Resolve): boolean {
  const { type = "object", required = [], anyOf, oneOf, allOf = [] } = resolve(schema);
  const accepts = (part: JsonSchema) => acceptsEmpty(part, resolve);
  return (
    [type].flat().includes("object") &&
    required.length === 0 &&
    (anyOf?.some(accepts) ?? true) &&
    (oneOf?.some(accepts) ?? true) &&
    allOf.every(accepts)
  );
}

/** Whether an object has a member in each of its forms. */
export function hasMember(schema: JsonSchema, name: string, resolve: Resolve): boolean {
  const { properties = {}, anyOf, oneOf, allOf } = resolve(schema);
  const has = (part: JsonSchema) => hasMember(part, name, resolve);
  return (
    Object.hasOwn(properties, name) ||
    [anyOf, oneOf].some((arms) => arms?.every(has)) ||
    allOf?.some(has) === true
  );
}

/** The schemas of a member in the forms and parts of an object. */
export function membersOf(schema: JsonSchema, name: string, resolve: Resolve): JsonSchema[] {
  const { properties = {}, anyOf = [], oneOf = [], allOf = [] } = resolve(schema);
  const own = Object.hasOwn(properties, name) ? [properties[name] ?? {}] : [];
  return [
    ...own,
    ...[...anyOf, ...oneOf, ...allOf].flatMap((part) => membersOf(part, name, resolve)),
  ];
}

/** The schema without a member, in all of its forms; the schema itself if it has no such member. */
export function withoutMember(schema: JsonSchema, name: string, resolve: Resolve): JsonSchema {
  if (!hasMember(schema, name, resolve)) return schema;
  const { required, ...own } = resolve(schema);
  if (own.properties) {
    const { [name]: _, ...others } = own.properties;
    own.properties = others;
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"] as const) {
    const parts = own[keyword];
    if (parts) own[keyword] = parts.map((part) => withoutMember(part, name, resolve));
  }
  const left = required?.filter((key) => key !== name) ?? [];
  return { ...own, ...(left.length > 0 && { required: left }) };
}
