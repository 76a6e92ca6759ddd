import { interfaceName } from "../names/derived.js";
import type { FoundMethod, Reading } from "./format.js";
import { pathOf, plainPathOf } from "./paths.js";
import { at } from "./places.js";
import { type FoundScope, isInScope } from "./scopes.js";

/** The member by which a method that a format made says where its result was found. */
export const RESULT_FROM = "x-stubwright-result-from";

type Tree = { [name: string]: unknown };

/**
 * Makes groups of the methods that a format found: those that each side answers, and those of its
 * scope apart. One that both sides answer stands in the groups of both.
 *
 * @returns The groups by their names; the places of methods are noted in the reading.
 */
export function buildGroups(
  reading: Reading,
  methods: readonly FoundMethod[],
  scope: FoundScope | undefined,
): Tree {
  const groups: Tree = {};
  const places = new InterfaceNames();
  const place = (method: FoundMethod, handler: "server" | "client") => {
    const scoped = scope && isInScope(reading.schema, method, scope) ? scope : undefined;
    const group = groupName(handler, reading.serverGroup ?? "server", scoped);
    const wanted = reading.plainNames
      ? [plainPathOf(method.wire)]
      : [pathOf(method.wire, scoped?.group ?? ""), pathOf(method.wire, "")];
    // A request and a notification may have one name.
    const [first = [], ...others] = wanted;
    const apart = [...first.slice(0, -1), `${first.at(-1)}Notification`];
    const path = places.take(group, [
      first,
      ...(method.kind === "notification" ? [apart] : []),
      ...others,
      [method.wire],
    ]);
    insert(groups, [group, ...path], toNode(method, handler, scoped));
    note(reading, method, at("", group, ...path));
  };
  for (const method of methods) {
    if (method.side !== "client") place(method, "server");
    if (method.side !== "server") place(method, "client");
  }
  return groups;
}

/** `session` for what the server answers of a session, `clientSession` for what the client does. */
function groupName(
  handler: "server" | "client",
  server: string,
  scope: FoundScope | undefined,
): string {
  if (handler === "server") return scope?.group ?? server;
  return scope ? `client${scope.group.charAt(0).toUpperCase()}${scope.group.slice(1)}` : "client";
}

function toNode(
  method: FoundMethod,
  handler: "server" | "client",
  scope: FoundScope | undefined,
): Tree {
  const { wire, kind, params, result, resultFrom, paramsOptional, more } = method;
  return {
    ...more,
    rpcMethod: wire,
    handler,
    params: params ?? null,
    ...(paramsOptional && { paramsOptional }),
    ...(scope && { scope: scope.member }),
    ...(kind === "notification" ? { notification: true } : { result }),
    ...(resultFrom && { [RESULT_FROM]: resultFrom }),
  };
}

function insert(groups: Tree, path: readonly string[], node: Tree): void {
  let tree = groups;
  for (const name of path.slice(0, -1)) {
    tree[name] ??= {};
    tree = tree[name] as Tree;
  }
  const name = path.at(-1) ?? "";
  tree[name] = { ...(tree[name] as Tree | undefined), ...node };
}

function note({ places }: Reading, method: FoundMethod, pointer: string): void {
  places.put(pointer, method.at);
  places.put(at(pointer, "params"), method.paramsAt ?? method.at);
  places.put(at(pointer, "result"), method.resultAt ?? method.at);
}

/** The places of methods that are taken, and the names of the interfaces above them. */
class InterfaceNames {
  readonly #paths = new Set<string>();
  readonly #names = new Map<string, string>();

  /** The first of the wanted paths that is free and gives no interface a name that another has. */
  take(group: string, wanted: readonly (readonly string[])[]): readonly string[] {
    const path = wanted.find((one) => this.#isFree(group, one)) ?? wanted.at(-1) ?? [];
    this.#paths.add(JSON.stringify([group, ...path]));
    for (const above of nodesAbove(group, path)) {
      this.#names.set(interfaceName(above, "Rpc"), JSON.stringify(above));
    }
    return path;
  }

  #isFree(group: string, path: readonly string[]): boolean {
    if (path.at(-1) === "then" || this.#paths.has(JSON.stringify([group, ...path]))) return false;
    return nodesAbove(group, path).every((above) => {
      const other = this.#names.get(interfaceName(above, "Rpc"));
      return other === undefined || other === JSON.stringify(above);
    });
  }
}

function nodesAbove(group: string, path: readonly string[]): string[][] {
  return path.map((_, depth) => [group, ...path.slice(0, depth)]);
}
