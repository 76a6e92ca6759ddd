import type { MethodDescriptor } from "./descriptor.js";

/** One level of the nested object that a group of methods makes. */
export interface MethodNode {
  /** The method that stands here, if any; a method may have others below it. */
  method: MethodDescriptor | undefined;
  readonly children: Map<string, MethodNode>;
}

const trees = new WeakMap<readonly MethodDescriptor[], Map<string, MethodNode>>();

/** Sorts the methods of a group by their paths. Done once per table and group. */
export function methodTree(methods: readonly MethodDescriptor[], group: string): MethodNode {
  let groups = trees.get(methods);
  if (!groups) {
    groups = new Map();
    trees.set(methods, groups);
  }
  let root = groups.get(group);
  if (!root) {
    root = build(methods, group);
    groups.set(group, root);
  }
  return root;
}

function build(methods: readonly MethodDescriptor[], group: string): MethodNode {
  const root: MethodNode = { method: undefined, children: new Map() };
  for (const method of methods) {
    if (method.group !== group) continue;
    let node = root;
    for (const name of method.path) {
      let child = node.children.get(name);
      if (!child) {
        child = { method: undefined, children: new Map() };
        node.children.set(name, child);
      }
      node = child;
    }
    node.method = method;
  }
  return root;
}
