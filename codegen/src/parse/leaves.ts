import { type Group, groupsOf, isSchemaOf } from "../document.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema } from "../schema.js";

/** A method as it stands in a document: a leaf of the tree of a group. */
export interface Leaf {
  readonly document: SchemaDocument;
  readonly group: string;
  readonly path: readonly string[];
  readonly wire: string;
  readonly json: JsonSchema;
}

/** Finds the methods of a document, in its order. A method may have others below it. */
export function findLeaves(document: SchemaDocument): Leaf[] {
  const walk = (group: string, node: Group, path: readonly string[]): Leaf[] => {
    const { rpcMethod: wire } = node;
    const own = typeof wire === "string" ? [{ document, group, path, wire, json: node }] : [];
    const below = Object.entries(node).flatMap(([key, child]) =>
      isObject(child) && !isSchemaOf(node, key) ? walk(group, child, [...path, key]) : [],
    );
    return [...own, ...below];
  };
  return groupsOf(document.json).flatMap(([group, node]) => walk(group, node, []));
}

/** The JSON Pointer of a place in the tree of a group. */
export function pointerOf(group: string, path: readonly string[]): string {
  return `/${[group, ...path].map(escapePointer).join("/")}`;
}
