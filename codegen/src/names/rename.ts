import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema, refName, refTo } from "../schema.js";
import { derivedNames } from "./derived.js";
import { firstFree, typeName } from "./identifiers.js";

/** Gives every definition a name that can be exported, and brings all mentions in line. */
export function renameTypes(protocol: Protocol): Protocol {
  const unions = new Set(protocol.unions.map(({ id }) => id));
  const others = Object.keys(protocol.types).filter((name) => !unions.has(name));
  // The names that go with a union are made from its own, which is therefore decided first.
  const names = decideNames([...unions, ...others], derivedNames(protocol));
  const rename = (name: string) => names.get(name) ?? name;
  const renameRefs = (schema: JsonSchema) =>
    mapSchema(schema, (node) =>
      typeof node.$ref === "string" ? { ...node, ...refTo(rename(refName(node.$ref))) } : node,
    );
  if ([...names].every(([from, to]) => from === to)) return protocol;
  return {
    ...protocol,
    types: Object.fromEntries(
      Object.entries(protocol.types).map(([name, schema]) => [rename(name), renameRefs(schema)]),
    ),
    methods: protocol.methods.map((method) => ({
      ...method,
      params: method.params && rename(method.params),
      result: method.result && rename(method.result),
      error: method.error && rename(method.error),
      partialResult: method.partialResult && rename(method.partialResult),
      scope: method.scope && { ...method.scope, type: rename(method.scope.type) },
    })),
    unions: protocol.unions.map((union) => ({
      ...union,
      id: rename(union.id),
      arms: Object.fromEntries(Object.entries(union.arms).map(([tag, arm]) => [tag, rename(arm)])),
    })),
  };
}

/**
 * Names that are good already are taken first, so that they are kept.
 *
 * @param reserved - Names that no type may have.
 */
function decideNames(names: readonly string[], reserved: ReadonlySet<string>): Map<string, string> {
  const isGood = (name: string) => typeName(name) === name && !reserved.has(name);
  const taken = new Set([...reserved, ...names.filter(isGood)]);
  return new Map(
    names.map((name) => {
      if (isGood(name)) return [name, name];
      const free = firstFree([typeName(name)], (wanted) => taken.has(wanted));
      taken.add(free);
      return [name, free];
    }),
  );
}
