import type { Place, Resource } from "./documents.js";

/**
 * What `$dynamicRef` and `$recursiveRef` see: for each dynamic anchor, the outermost of the
 * resources that lead to where they are. There are few such resources, so a schema is compiled once
 * for each way to get to it, and checking looks nothing up.
 */
export interface Scope {
  /** The same for scopes that see the same. */
  readonly key: string;
  readonly anchors: ReadonlyMap<string, Place>;
}

/** The scope of what no resource leads to. */
export const OUTSIDE: Scope = { key: "", anchors: new Map() };

/** The scope in a resource that was come to from another scope. */
export function enter(scope: Scope, { uri, dynamic }: Resource): Scope {
  const added = [...dynamic].filter(([name]) => !scope.anchors.has(name));
  if (added.length === 0) return scope;
  return {
    key: `${scope.key} ${added.map(([name]) => name).join()}=${uri}`,
    anchors: new Map([...scope.anchors, ...added]),
  };
}
