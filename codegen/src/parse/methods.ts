import type { Method } from "../ir.js";
import type { SchemaDocument } from "../load/source.js";
import { findLeaves, type Leaf } from "./leaves.js";
import type { TypeTable } from "./types.js";

/** Groups whose methods are answered by the client. */
const CLIENT_GROUPS = /^client/;

/**
 * Reads the methods of all documents.
 *
 * @param documents - Bundled documents.
 * @param types - Where params and results that have no definition of their own are added.
 * @param scopes - Group to the params member that its stubs fill in.
 */
export function parseMethods(
  documents: readonly SchemaDocument[],
  types: TypeTable,
  scopes: Readonly<Record<string, string>>,
): Method[] {
  const leaves = documents.flatMap((document) => findLeaves(document));
  return leaves.map((leaf) => parseMethod(leaf, types, scopes[leaf.group] ?? null));
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
