import { KEYWORDS } from "@stubwright/rpc/json-schema";
import { isObject, type JsonSchema, mapSchema } from "./schema.js";

/** A group of methods: a tree, in which whatever has an `rpcMethod` is a method. */
export type Group = Record<string, unknown>;

/**
 * The groups of a document by name: its members that hold methods, and those that are no keywords
 * of the schema that it is.
 */
export function groupsOf(document: JsonSchema): [name: string, group: Group][] {
  return Object.entries(document).filter(
    (entry): entry is [string, Group] =>
      isObject(entry[1]) && (!KEYWORDS.has(entry[0]) || holdsMethods(entry[1])),
  );
}

/** Whether a node of a tree is a method, or has one below it. */
export function holdsMethods(node: Group): boolean {
  const known = holding.get(node);
  if (known !== undefined) return known;
  const holds =
    isMethod(node) ||
    Object.keys(node).some((key) => {
      const child = node[key];
      return isObject(child) && !isSchemaOf(node, key) && holdsMethods(child);
    });
  holding.set(node, holds);
  return holds;
}

/** Documents are never changed in place, and all of their definitions would be looked through. */
const holding = new WeakMap<Group, boolean>();

/** Whether a node is a method. A schema may have a member of the same name: it is no string there. */
export function isMethod(node: Group): boolean {
  return typeof node.rpcMethod === "string";
}

/** Whether a member of a group's node is a schema, and not a part of the tree. */
export function isSchemaOf(node: Group, key: string): boolean {
  return node.rpcMethod !== undefined && METHOD_SCHEMAS.has(key);
}

/** The members of a method that are schemas. */
export const METHOD_SCHEMAS: ReadonlySet<string> = new Set([
  "params",
  "result",
  "error",
  "partialResult",
]);

/** The keywords of the schema that a document is, without its groups. */
export function schemaOf(document: JsonSchema): JsonSchema {
  const groups = new Set(groupsOf(document).map(([name]) => name));
  return Object.fromEntries(Object.entries(document).filter(([key]) => !groups.has(key)));
}

/**
 * Rebuilds the schemas and the methods of a document from the leaves up.
 *
 * @param visit - As for {@link mapSchema}; it is called with methods too.
 */
export function mapDocument(
  document: JsonSchema,
  visit: (node: JsonSchema) => JsonSchema,
): JsonSchema {
  const groups = groupsOf(document).map(([name, group]) => [name, mapGroup(group, visit)] as const);
  const isKeyword = ([name]: readonly [string, Group]) => KEYWORDS.has(name);
  // A group that is called like a keyword is no part of the schema.
  const schema = { ...document, ...Object.fromEntries(groups) };
  for (const [name] of groups.filter(isKeyword)) delete schema[name];
  return { ...mapSchema(schema, visit), ...Object.fromEntries(groups.filter(isKeyword)) };
}

function mapGroup(node: Group, visit: (node: JsonSchema) => JsonSchema): Group {
  const members = Object.entries(node).map(([key, child]) => {
    if (!isObject(child)) return [key, child];
    return [key, isSchemaOf(node, key) ? mapSchema(child, visit) : mapGroup(child, visit)];
  });
  const mapped = Object.fromEntries(members) as Group;
  return node.rpcMethod === undefined ? mapped : visit(mapped);
}
