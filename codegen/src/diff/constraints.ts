import { fingerprint, isProse, type JsonSchema } from "../schema.js";

/** How the bounds of a value changed, one text per bound. */
export interface ConstraintChange {
  readonly kind: "constraint-loosened" | "constraint-tightened" | "constraint-changed";
  readonly values: string;
}

/** Bounds, and whether a larger number allows less. */
const BOUNDS: ReadonlyMap<string, "lower" | "upper"> = new Map([
  ["minimum", "lower"],
  ["exclusiveMinimum", "lower"],
  ["minLength", "lower"],
  ["minItems", "lower"],
  ["minProperties", "lower"],
  ["maximum", "upper"],
  ["exclusiveMaximum", "upper"],
  ["maxLength", "upper"],
  ["maxItems", "upper"],
  ["maxProperties", "upper"],
]);

/** Keywords that are compared as shapes, member by member. */
const SHAPES = new Set([
  "$ref",
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "anyOf",
  "oneOf",
  "allOf",
  "enum",
  "const",
  "definitions",
]);

/**
 * Compares everything that two nodes say beside their shape. A keyword that is not known is not
 * passed over: where it differs, the change is one that cannot be ranked.
 */
export function compareConstraints(a: JsonSchema, b: JsonSchema): ConstraintChange | undefined {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (key) => !SHAPES.has(key) && !isProse(key),
  );
  const found = keys.flatMap((key) => {
    const [from, to] = [textOf(a[key]), textOf(b[key])];
    const kind = from === to ? undefined : rank(key, a[key], b[key]);
    return kind ? [{ kind, text: `${key} ${from ?? "(none)"} -> ${to ?? "(none)"}` }] : [];
  });
  const [first] = found;
  if (!first) return undefined;
  const mixed = found.some(({ kind }) => kind !== first.kind);
  return {
    kind: mixed ? "constraint-changed" : first.kind,
    values: found.map(({ text }) => text).join(", "),
  };
}

function rank(key: string, from: unknown, to: unknown): ConstraintChange["kind"] | undefined {
  if (from === undefined || from === false) {
    return to === false || to === undefined ? undefined : "constraint-tightened";
  }
  if (to === undefined || to === false) return "constraint-loosened";
  const bound = BOUNDS.get(key);
  if (!bound || typeof from !== "number" || typeof to !== "number") return "constraint-changed";
  return to > from === (bound === "lower") ? "constraint-tightened" : "constraint-loosened";
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? fingerprint(value as JsonSchema)
    : JSON.stringify(value);
}
