import { groupsOf, isSchemaOf, schemaOf } from "../document.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, mapChildren, refTo } from "../schema.js";
import type { Home, Homes, Namespace } from "./homes.js";
import { isDefinition, type Target, valueAt } from "./resource-index.js";
import type { SchemaDocument } from "./source.js";

/** What the reference at a place of a document leads to. */
export type Leads = (document: SchemaDocument, pointer: string) => Target | undefined;

/**
 * Makes a document of each namespace: everything that has a home becomes a definition, with a
 * reference left in its place, and all references lead to definitions.
 */
export function rebuildDocuments(homes: Homes, leads: Leads): SchemaDocument[] {
  const definitions = new Map<Namespace, Record<string, unknown>>(
    homes.namespaces.map((namespace) => {
      const empty = [...namespace.pointers.keys()].map((name) => [name, {}]);
      return [namespace, Object.fromEntries(empty)]; // In the order of the file.
    }),
  );
  const bodies = new Map<SchemaDocument, JsonSchema>();
  for (const namespace of homes.namespaces) {
    if (bodies.has(namespace.document)) continue;
    bodies.set(namespace.document, rebuild(namespace, homes, leads, definitions));
  }
  return homes.namespaces.map((namespace) => {
    const { document, name, pointers } = namespace;
    const body = bodies.get(document);
    bodies.set(document, {}); // Goes into the first namespace of its document.
    const own = definitions.get(namespace) ?? {};
    const json = { ...body, ...(Object.keys(own).length > 0 && { definitions: own }) };
    return { ...document, name, pointers, json: json as JsonSchema };
  });
}

/** Fills the definitions of a document; gives what it has beside them. */
function rebuild(
  main: Namespace,
  homes: Homes,
  leads: Leads,
  definitions: ReadonlyMap<Namespace, Record<string, unknown>>,
): JsonSchema {
  const { document } = main;
  const byPlace = homes.of(document);
  const left = new Map(byPlace);
  // As a rule all are definitions of the root already: no place inside of one has a home.
  const isDeep = [...byPlace.keys()].some((pointer) => !isDefinition(pointer));
  const replace = (child: unknown, pointer: string, from: Namespace): unknown => {
    const home = isDeep ? byPlace.get(pointer) : undefined;
    if (!home) return isObject(child) ? build(child, pointer, from) : child;
    settle(home, child, pointer);
    return refFrom(from, home, homes);
  };
  const settle = (home: Home, schema: unknown, pointer: string): void => {
    left.delete(pointer);
    const { namespace, name } = home;
    if (namespace.pointers.get(name) !== pointer) return; // It stands elsewhere with the same meaning.
    const own = definitions.get(namespace) as Record<string, unknown>;
    own[name] = isObject(schema) ? build(schema, pointer, namespace) : schema;
  };
  const build = (node: Record<string, unknown>, pointer: string, from: Namespace): JsonSchema => {
    // What is referred to among the definitions inside is settled on its own.
    const { definitions: _, $defs: __, ...own } = node;
    const refs: JsonSchema[] = [];
    for (const keyword of ["$ref", "$dynamicRef", "$recursiveRef"]) {
      if (own[keyword] === undefined) continue;
      const target = leads(document, `${pointer}/${keyword}`);
      delete own[keyword];
      const home = target && homes.of(target.document).get(target.pointer);
      if (home) refs.push(refFrom(from, home, homes));
    }
    const mapped = mapChildren(own as JsonSchema, (child, keyword, member) => {
      const at = `${pointer}/${keyword}`;
      return replace(
        child,
        member === undefined ? at : `${at}/${escapePointer(`${member}`)}`,
        from,
      );
    });
    if (refs.length < 2) return { ...refs[0], ...mapped };
    return { ...mapped, allOf: [...refs, ...(mapped.allOf ?? [])] };
  };
  const buildGroup = (node: Record<string, unknown>, pointer: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(node).map(([key, child]) => {
        if (!isObject(child)) return [key, child];
        const below = `${pointer}/${escapePointer(key)}`;
        return [
          key,
          isSchemaOf(node, key) ? replace(child, below, main) : buildGroup(child, below),
        ];
      }),
    );
  const groups = groupsOf(document.json).map(
    ([name, group]) => [name, buildGroup(group, `/${escapePointer(name)}`)] as const,
  );
  const root = build(schemaOf(document.json), "", main);
  for (const [pointer, home] of left) {
    if (pointer === "") settle(home, schemaOf(document.json), pointer);
    else if (left.has(pointer)) settle(home, valueAt(document.json, pointer), pointer);
  }
  return { ...root, ...Object.fromEntries(groups) };
}

function refFrom(from: Namespace, { namespace, name }: Home, homes: Homes): JsonSchema {
  const { $ref } = refTo(name);
  if (from === namespace) return { $ref };
  return { $ref: `${homes.namespaces.indexOf(namespace)}${$ref}` };
}
