import { StubwrightError } from "../errors.js";
import type { Method } from "../ir.js";
import type { SchemaDocument } from "../load/source.js";
import { isObject, type JsonSchema } from "../schema.js";
import type { TypeTable } from "./types.js";

/** A method as it stands in a document: a leaf of the tree of a group. */
interface Leaf {
  readonly document: SchemaDocument;
  readonly group: string;
  readonly path: readonly string[];
  readonly wire: string;
  readonly json: JsonSchema;
}

/** Groups whose methods are answered by the client. */
const CLIENT_GROUPS = /^client/;

/**
 * Reads the methods of all documents.
 *
 * @param documents - Bundled documents; those named `core` are the handwritten part.
 * @param types - Where params and results that have no definition of their own are added.
 * @param scopes - Group to the params member that its stubs fill in.
 * @throws {@link StubwrightError} `CORE_STALE` for a handwritten method that is published as well.
 */
export function parseMethods(
  documents: readonly SchemaDocument[],
  types: TypeTable,
  scopes: Readonly<Record<string, string>>,
): Method[] {
  const leaves = documents.flatMap((document) => findLeaves(document));
  refuseStale(leaves);
  return leaves.map((leaf) => parseMethod(leaf, types, scopes[leaf.group] ?? null));
}

function findLeaves(document: SchemaDocument): Leaf[] {
  const walk = (group: string, node: unknown, path: readonly string[]): Leaf[] => {
    if (!isObject(node)) return [];
    if (typeof node.rpcMethod === "string") {
      return [{ document, group, path, wire: node.rpcMethod, json: node }];
    }
    return Object.entries(node).flatMap(([key, child]) => walk(group, child, [...path, key]));
  };
  return Object.entries(document.json).flatMap(([group, node]) => walk(group, node, []));
}

function refuseStale(leaves: readonly Leaf[]): void {
  const published = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const other = published.get(leaf.wire);
    if (other && leaf.document.name === "core") {
      throw new StubwrightError(
        "CORE_STALE",
        `${leaf.wire} is published in the ${other.document.name} schema by now.`,
        {
          file: leaf.document.file,
          pointer: `/${[leaf.group, ...leaf.path].join("/")}`,
          remedy: "Delete it from the handwritten schema.",
        },
      );
    }
    published.set(leaf.wire, leaf);
  }
}

function parseMethod(leaf: Leaf, types: TypeTable, scope: string | null): Method {
  const { json, wire, group } = leaf;
  const params = types.params(json.params, scope, { group, name: `${wire}.params` });
  const text = (key: string) => (typeof json[key] === "string" ? json[key] : undefined);
  return {
    wire,
    path: leaf.path,
    group,
    handler: CLIENT_GROUPS.test(group) ? "client" : "server",
    kind: json.notification === true ? "notification" : "request",
    params: params.name,
    paramsOptional: params.optional,
    result: types.result(json.result, { group, name: `${wire}.result` }),
    scope: params.scoped ? scope : null,
    stability: text("stability") ?? "stable",
    visibility: text("visibility") === "internal" ? "internal" : "public",
    deprecated: json.deprecated === true,
    doc: text("description") ?? "",
  };
}
