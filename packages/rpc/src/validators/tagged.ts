import { isSchemaObject, type JsonSchema, type SchemaObject } from "./json-schema.js";

/** Follows references to the schema that they lead to; undefined if it is not close by. */
export type Deref = (schema: JsonSchema) => SchemaObject | undefined;

/** A union whose arms one member tells apart. */
export interface TaggedUnion {
  readonly tag: string;
  /** By the tag's value, which of the arms it is. */
  readonly arms: ReadonlyMap<string, number>;
}

/**
 * Finds the member that tells the arms of a union apart: required in all of them, and in each a
 * different string literal. With one, checking only the arm that it names means the same as
 * checking all, costs less, and says more about what is wrong.
 */
export function findTag(arms: readonly JsonSchema[], deref: Deref): TaggedUnion | undefined {
  if (arms.length < 2) return undefined;
  const literals = arms.map((arm) => literalsOf(deref(arm)));
  for (const tag of literals[0]?.keys() ?? []) {
    const values = new Set(literals.map((members) => members?.get(tag)));
    if (values.size !== arms.length || values.has(undefined)) continue;
    return { tag, arms: new Map(literals.map((members, i) => [members!.get(tag)!, i])) };
  }
  return undefined;
}

/** The members of an object schema that are required string literals. */
function literalsOf(schema: SchemaObject | undefined): Map<string, string> | undefined {
  if (!schema || !isSchemaObject(schema.properties)) return undefined;
  if (schema.type !== "object" || !Array.isArray(schema.required)) return undefined;
  const literals = new Map<string, string>();
  for (const [name, member] of Object.entries(schema.properties)) {
    const literal = isSchemaObject(member) ? literalOf(member) : undefined;
    if (literal !== undefined && schema.required.includes(name)) literals.set(name, literal);
  }
  return literals;
}

function literalOf(schema: SchemaObject): string | undefined {
  const only = Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : undefined;
  const literal = schema.const ?? only;
  return typeof literal === "string" ? literal : undefined;
}
