import type { JsonSchema } from "stubwright";

const POOL: readonly unknown[] = [
  null,
  true,
  "x",
  "a",
  1,
  -1.5,
  [],
  ["x"],
  ["x", 1],
  ["x", 1, 2],
  ["x", 1, true],
  [1, 2, 3],
  {},
  { a: "x" },
  { a: "x", b: "x" },
  { a: 1 },
  { b: "x", zzz: 1 },
  { foo: 1 },
  { x1: 1 },
];

/** A text of each format. */
const FORMATTED: Readonly<Record<string, string>> = {
  "date-time": "2026-11-26T02:30:00Z",
  duration: "PT1H",
  uri: "https://example.com/a",
  uuid: "12345678-1234-1234-1234-123456789abc",
};

/** Values for a schema: some that fit it, changed ones, and some that every schema gets. */
export function valuesFor(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  random: () => number,
): unknown[] {
  const fitting = [0, 1, 2, 3].map(() => fit(schema, definitions, random, 4));
  const changed = fitting.flatMap((value) => changes(value));
  const all = [...fitting, ...changed, ...POOL];
  const texts = new Set(
    all.filter((value) => value !== undefined).map((value) => JSON.stringify(value)),
  );
  return [...texts].map((text) => JSON.parse(text) as unknown);
}

/** A value that probably fits. */
function fit(
  schema: unknown,
  definitions: Readonly<Record<string, JsonSchema>>,
  random: () => number,
  depth: number,
): unknown {
  if (typeof schema !== "object" || schema === null) return "x";
  const node = schema as JsonSchema;
  const again = (inner: unknown) => fit(inner, definitions, random, depth - 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  if (node.const !== undefined) return node.const;
  if (node.enum) return pick(node.enum);
  if (depth < 0) return null;
  const parts = [
    ...(node.allOf ?? []),
    ...(node.$ref
      ? [definitions[decodeURIComponent(node.$ref.slice("#/definitions/".length))]]
      : []),
    ...[node.anyOf, node.oneOf].flatMap((arms) => (arms ? [pick(arms)] : [])),
  ].map(again);
  const type = pick([node.type ?? (node.properties ? "object" : "any")].flat());
  if (parts.length > 0 && type !== "object" && parts.some((part) => !isRecord(part)))
    return parts[0];
  switch (type) {
    case "string":
      return FORMATTED[`${node.format}`] ?? "x";
    case "number":
      return 1.5;
    case "integer":
      return 1;
    case "boolean":
      return false;
    case "null":
      return null;
    case "array": {
      const places = (node.prefixItems as unknown[] | undefined) ?? [];
      const count = Math.max(places.length, Number(node.minItems ?? 0));
      const items = Array.from({ length: Math.min(count, Number(node.maxItems ?? count)) });
      return items.map((_, index) => again(places[index] ?? node.items ?? {}));
    }
    default: {
      const own = Object.entries(node.properties ?? {}).filter(
        ([name]) => node.required?.includes(name) || random() < 0.6,
      );
      const extra = (node.required ?? []).filter(
        (name) => !Object.hasOwn(node.properties ?? {}, name),
      );
      return Object.fromEntries([
        ...parts.flatMap((part) => (isRecord(part) ? Object.entries(part) : [])),
        ...own.map(([name, member]) => [name, again(member)] as const),
        ...extra.map((name) => [name, again(node.additionalProperties)] as const),
      ]);
    }
  }
}

/** A value with one thing changed: a member or item less, more, or of another type. */
function changes(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return [value.slice(0, -1), [...value, "x"], [...value, 1], value.map(() => true)];
  }
  if (!isRecord(value)) return [];
  const names = Object.keys(value);
  return [
    { ...value, zzz: 1 },
    ...names.flatMap((name) => [
      Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
      Object.fromEntries([...Object.entries(value).filter(([key]) => key !== name), [name, [7]]]),
      ...changes(value[name]).map((inner) =>
        Object.fromEntries(
          Object.entries(value).map(([key, old]) => [key, key === name ? inner : old]),
        ),
      ),
    ]),
  ].slice(0, 12);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
