import { isSchemaObject, type JsonSchema, refName } from "./json-schema.js";

/** Finds a definition by name; undefined if there is none. */
export type Lookup = (name: string) => JsonSchema | undefined;

/** A union whose arms one member tells apart. */
export interface TaggedUnion {
  readonly tag: string;
  readonly arms: ReadonlyMap<unknown, JsonSchema>;
}

/**
 * Finds the member that tells the arms of a union apart: required in all of them, and in each a
 * different string literal. With one, checking only the arm that it names means the same as
 * checking all, costs less, and says more about what is wrong.
 */
export function findTag(arms: readonly JsonSchema[], lookup: Lookup): TaggedUnion | undefined {
  if (arms.length < 2) return undefined;
  const literals = arms.map((arm) => literalsOf(arm, lookup));
  for (const tag of literals[0]?.keys() ?? []) {
    const values = new Set(literals.map((members) => members?.get(tag)));
    if (values.size !== arms.length || values.has(undefined)) continue;
    return { tag, arms: new Map(arms.map((arm, i) => [literals[i]!.get(tag), arm])) };
  }
  return undefined;
}

/** The members of an object schema that are required string literals. */
function literalsOf(arm: JsonSchema, lookup: Lookup): Map<string, string> | undefined {
  let schema: JsonSchema | undefined = arm;
  for (let hops = 0; isSchemaObject(schema) && schema.$ref !== undefined; hops++) {
    const name = refName(schema.$ref);
    if (hops > 8 || name === undefined) return undefined;
    schema = lookup(name);
  }
  if (!isSchemaObject(schema) || !isSchemaObject(schema.properties)) return undefined;
  if (schema.type !== "object" || !Array.isArray(schema.required)) return undefined;
  const literals = new Map<string, string>();
  for (const [name, member] of Object.entries(schema.properties)) {
    const literal = isSchemaObject(member) ? literalOf(member) : undefined;
    if (literal !== undefined && schema.required.includes(name)) literals.set(name, literal);
  }
  return literals;
}

function literalOf(schema: { readonly [keyword: string]: unknown }): string | undefined {
  const only = Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : undefined;
  const literal = schema.const ?? only;
  return typeof literal === "string" ? literal : undefined;
}
