import { StubwrightError } from "../errors.js";
import type { Method } from "../ir.js";
import type { SchemaDocument } from "../load/source.js";
import { interfaceName } from "../names/derived.js";
import { findLeaves, type Leaf, pointerOf } from "./leaves.js";
import type { TypeTable } from "./types.js";

/** Groups whose methods are answered by the client. */
const CLIENT_GROUPS = /^client/;

/**
 * Reads the methods of all documents.
 *
 * @param documents - Bundled documents.
 * @param types - Where params and results that have no definition of their own are added.
 * @param scopes - Group to the params member that its stubs fill in.
 * @throws {@link StubwrightError} `NAME_CLASH` for two places whose interfaces would have one name.
 */
export function parseMethods(
  documents: readonly SchemaDocument[],
  types: TypeTable,
  scopes: Readonly<Record<string, string>>,
): Method[] {
  const leaves = documents.flatMap((document) => findLeaves(document));
  refuseClashes(leaves);
  return leaves.map((leaf) => parseMethod(leaf, types, scopes[leaf.group] ?? null));
}

function refuseClashes(leaves: readonly Leaf[]): void {
  const places = new Map<string, string>();
  for (const { document, group, path } of leaves) {
    for (const depth of path.keys()) {
      const above = path.slice(0, depth);
      const pointer = pointerOf(group, above);
      const name = interfaceName([group, ...above], "Rpc");
      const other = places.get(name) ?? pointer;
      places.set(name, other);
      if (other === pointer) continue;
      throw new StubwrightError("NAME_CLASH", `${other} and ${pointer} would both be ${name}.`, {
        file: document.file,
        pointer,
        remedy: "Rename one of them; if both are as published, report it to their publisher.",
      });
    }
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
