import { KEYWORDS } from "./keywords.js";
import { isObject, type JsonSchema, mapSchema } from "./schema.js";

/** A group of methods: a tree, in which whatever has an `rpcMethod` is a method. */
export type Group = Record<string, unknown>;

/** The groups of a document by name: its members that are no keywords of the schema that it is. */
export function groupsOf(document: JsonSchema): [name: string, group: Group][] {
  return Object.entries(document).filter(
    (entry): entry is [string, Group] => !KEYWORDS.has(entry[0]) && isObject(entry[1]),
  );
}

/** Whether a member of a group's node is a schema, and not a part of the tree. */
export function isSchemaOf(node: Group, key: string): boolean {
  return node.rpcMethod !== undefined && (key === "params" || key === "result");
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
  return mapSchema({ ...document, ...Object.fromEntries(groups) }, visit);
}

function mapGroup(node: Group, visit: (node: JsonSchema) => JsonSchema): Group {
  const members = Object.entries(node).map(([key, child]) => {
    if (!isObject(child)) return [key, child];
    return [key, isSchemaOf(node, key) ? mapSchema(child, visit) : mapGroup(child, visit)];
  });
  const mapped = Object.fromEntries(members) as Group;
  return node.rpcMethod === undefined ? mapped : visit(mapped);
}
