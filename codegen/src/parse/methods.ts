import { StubwrightError } from "../errors.js";
import type { ResultFrom } from "../format-names.js";
import { RESULT_FROM } from "../formats/groups.js";
import type { Method } from "../ir.js";
import type { SchemaDocument } from "../load/source.js";
import { interfaceName } from "../names/derived.js";
import { findLeaves, type Leaf, pointerOf } from "./leaves.js";
import type { TypeTable } from "./types.js";

/** What the handwritten schema says of the methods of a group. */
export interface GroupSettings {
  /** Group to the params member that its stubs fill in. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Group to the side that answers its methods, where that is not the server. */
  readonly handlers: Readonly<Record<string, Method["handler"]>>;
}

/**
 * Reads the methods of all documents.
 *
 * @param documents - Bundled documents.
 * @param types - Where params and results that have no definition of their own are added.
 * @throws {@link StubwrightError} `NAME_CLASH` for two methods in one place or with one name on the
 * wire, for two places whose interfaces would have one name, and for a method `then`.
 */
export function parseMethods(
  documents: readonly SchemaDocument[],
  types: TypeTable,
  settings: GroupSettings,
): Method[] {
  const leaves = documents.flatMap((document) => findLeaves(document));
  refuseClashes(leaves);
  const methods = leaves.map((leaf) => parseMethod(leaf, types, settings));
  refuseTwice(leaves, methods);
  return methods;
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
        remedy: "Rename one of the two groups: the interface of a group has the name of its path.",
      });
    }
  }
}

function refuseTwice(leaves: readonly Leaf[], methods: readonly Method[]): void {
  const places = new Map<string, string>();
  const wires = new Map<string, string>();
  for (const [index, { document, group, path, wire }] of leaves.entries()) {
    const pointer = pointerOf(group, path);
    const clash = (message: string, remedy: string) =>
      new StubwrightError("NAME_CLASH", message, { file: document.file, pointer, remedy });
    const same = places.get(pointer);
    if (same !== undefined) {
      throw clash(`Two methods at ${pointer}: ${same} and ${wire}.`, "Move one of them.");
    }
    places.set(pointer, wire);
    // A server and a client may each answer a method of the same name.
    const { handler = "server" } = methods[index] ?? {};
    for (const side of handler === "both" ? ["server", "client"] : [handler]) {
      // A request and a notification of one name are told apart by the id.
      const key = `${side} ${methods[index]?.kind} ${wire}`;
      const other = wires.get(key);
      if (other !== undefined) {
        throw clash(`Duplicate method ${wire}: ${other} and ${pointer}.`, "Remove one of them.");
      }
      wires.set(key, pointer);
    }
    if (path.at(-1) === "then") {
      throw clash(
        "A stub with a method `then` is taken for a promise by `await`.",
        "Move the method to a member of another name; its `rpcMethod` may stay.",
      );
    }
  }
}

function parseMethod(leaf: Leaf, types: TypeTable, { scopes, handlers }: GroupSettings): Method {
  const { json, wire, group } = leaf;
  const scope = (json.scope as string | undefined) ?? ownMember(scopes, group) ?? null;
  const params = types.params(json.params, scope, { group, name: `${wire}.params` });
  const kind = json.notification === true ? "notification" : "request";
  const typeOf = (member: string) =>
    types.result(json[member], { group, name: `${wire}.${member}` });
  const text = (key: string) => (typeof json[key] === "string" ? json[key] : undefined);
  return {
    wire,
    path: leaf.path,
    group,
    handler: (json.handler as Method["handler"]) ?? ownMember(handlers, group) ?? "server",
    kind,
    params: params.name,
    paramsOptional: params.optional || json.paramsOptional === true,
    omitsParams: json.paramsOptional === true,
    result: typeOf("result"),
    resultFrom: kind === "request" ? resultFrom(leaf) : null,
    error: typeOf("error"),
    partialResult: typeOf("partialResult"),
    gates: (json.gates as Method["gates"]) ?? [],
    scope: params.scope,
    stability: text("stability") ?? "stable",
    visibility: text("visibility") === "internal" ? "internal" : "public",
    deprecated: json.deprecated === true,
    doc: text("description") ?? "",
  };
}

/** @throws {@link StubwrightError} `SCHEMA_INVALID` for a request of which no result is said. */
function resultFrom({ document, json, group, path, wire }: Leaf): ResultFrom {
  if (json.result === undefined) {
    throw new StubwrightError("SCHEMA_INVALID", `The request ${wire} has no result.`, {
      file: document.file,
      pointer: pointerOf(group, path),
      remedy:
        'Give it a member "result": a schema, or null if the answer says nothing. One that is not answered says "notification": true.',
    });
  }
  const { [RESULT_FROM]: from } = json;
  if (from !== undefined) return from as ResultFrom;
  return document.role === "handwritten" ? "override" : "schema";
}

/** The member of that name, if it is one of the object's own. */
function ownMember<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
