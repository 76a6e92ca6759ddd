import { groupsOf } from "../document.js";
import type { SchemaDocument } from "../load/source.js";
import { isObject, type JsonSchema } from "../schema.js";

/** A method as it stands in a document: a leaf of the tree of a group. */
export interface Leaf {
  readonly document: SchemaDocument;
  readonly group: string;
  readonly path: readonly string[];
  readonly wire: string;
  readonly json: JsonSchema;
}

/** Finds the methods of a document, in its order. */
export function findLeaves(document: SchemaDocument): Leaf[] {
  const walk = (group: string, node: unknown, path: readonly string[]): Leaf[] => {
    if (!isObject(node)) return [];
    if (typeof node.rpcMethod === "string") {
      return [{ document, group, path, wire: node.rpcMethod, json: node }];
    }
    return Object.entries(node).flatMap(([key, child]) => walk(group, child, [...path, key]));
  };
  return groupsOf(document.json).flatMap(([group, node]) => walk(group, node, []));
}
