import { isSilent, type JsonSchema, stripProse } from "../schema.js";

/** How a bound changed. */
export type ConstraintKind = "constraint-loosened" | "constraint-tightened" | "constraint-changed";

/** How the bounds of a value changed, one text per bound. */
export interface ConstraintChange {
  readonly kind: ConstraintKind;
  readonly values: string;
}

/** Whether a keyword counts. */
export type KeywordFilter = (key: string) => boolean;

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

/** Keywords that speak of one kind of value alone. Any other speaks of all kinds. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: ["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"],
  number: ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "format"],
  array: [
    "minItems",
    "maxItems",
    "uniqueItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
  ],
  object: [
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
  ],
};

/** Keywords that may make room: for members by name, and for no item at all. */
const MAKING_ROOM = ["patternProperties", "minContains"];
/** Keywords that allow less wherever they stand. */
const NARROWING = new Set(
  [...Object.values(KEYWORDS).flat(), "not", "if", "then", "else"].filter(
    (key) => !MAKING_ROOM.includes(key),
  ),
);

/** Keywords that hold a schema: they say nothing with `true`, where others say nothing with `false`. */
const SCHEMAS = new Set([
  "additionalItems",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
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
 *
 * @param same - Whether two schemas mean the same.
 * @param counts - Whether a keyword counts. Default all.
 */
export function compareConstraints(
  a: JsonSchema,
  b: JsonSchema,
  same: (a: JsonSchema, b: JsonSchema) => boolean,
  counts: KeywordFilter = () => true,
): ConstraintChange | undefined {
  const keys = [...new Set([...constraintsOf(a), ...constraintsOf(b)])].filter(counts);
  const found = keys.flatMap((key) => {
    const [from, to] = [a[key], b[key]];
    const kind = same({ [key]: from }, { [key]: to }) ? undefined : rank(key, from, to);
    return kind ? [{ kind, text: `${key} ${textOf(key, from)} -> ${textOf(key, to)}` }] : [];
  });
  const [first] = found;
  if (!first) return undefined;
  const mixed = found.some(({ kind }) => kind !== first.kind);
  return {
    kind: mixed ? "constraint-changed" : first.kind,
    values: found.map(({ text }) => text).join(", "),
  };
}

/** The keywords by which a node allows only some values of a kind. */
export function boundsOf(node: JsonSchema, kind: string): string[] {
  return constraintsOf(node).filter(speakingOf(kind));
}

/** Takes the keywords that say something of any of some kinds of value. */
export function speakingOf(...kinds: readonly string[]): KeywordFilter {
  return (key) => {
    const own = Object.keys(KEYWORDS).filter((kind) => KEYWORDS[kind]?.includes(key));
    return own.length === 0 || own.some((kind) => kinds.includes(kind));
  };
}

function constraintsOf(node: JsonSchema): string[] {
  return Object.keys(node).filter((key) => {
    if (key === "oneOf" && node.anyOf) return true; // Only one of them is split into its arms.
    if (key === "type" && (node.anyOf || node.oneOf)) return true; // Arms say theirs themselves.
    return !SHAPES.has(key) && !isSilent(key);
  });
}

function rank(key: string, from: unknown, to: unknown): ConstraintKind | undefined {
  if (!NARROWING.has(key)) return "constraint-changed";
  const isOff = (value: unknown) => value === undefined || value === SCHEMAS.has(key);
  if (isOff(from)) return isOff(to) ? undefined : "constraint-tightened";
  if (isOff(to)) return "constraint-loosened";
  const bound = BOUNDS.get(key);
  if (!bound || typeof from !== "number" || typeof to !== "number") return "constraint-changed";
  return to > from === (bound === "lower") ? "constraint-tightened" : "constraint-loosened";
}

function textOf(key: string, value: unknown): string {
  return JSON.stringify(stripProse({ [key]: value })[key]) ?? "(none)";
}
