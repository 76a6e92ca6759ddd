import { isProse, KEYWORDS } from "@stubwright/rpc/json-schema";
import { type JsonSchema, stripProse } from "../schema.js";
import { type Bound, boundOf, SIDES } from "./number-bounds.js";
import { type Context, type Finding, finding, type Pair } from "./step.js";

/** Whether a keyword counts. */
export type KeywordFilter = (key: string) => boolean;

type Rank = "constraint-loosened" | "constraint-tightened" | "constraint-changed";

/** Kinds of values, and the names of the keywords that speak of them alone. Others speak of all. */
const KINDS: readonly (readonly [kind: string, names: RegExp])[] = [
  ["string", /Length$|^pattern$|^format$/],
  ["number", /imum$|^multipleOf$|^format$/],
  ["array", /Items$|ontains$/],
  ["object", /Properties$|^propertyNames$|^depend/],
];

/** Keywords that are compared as shapes, member by member. */
const SHAPES = new Set(
  "$ref type properties required additionalProperties items anyOf oneOf allOf enum const".split(
    " ",
  ),
);

/**
 * Compares everything that two nodes say beside their shape. A keyword that is not known is not
 * passed over: where it differs, the change is one that cannot be ranked.
 *
 * @param counts - Whether a keyword counts. Default all.
 * @param kinds - The kinds of values that are compared, if it is certain ones.
 */
export function* compareConstraints(
  pair: Pair,
  { same }: Context,
  counts: KeywordFilter = () => true,
  kinds: readonly string[] = [],
): Iterable<Finding> {
  const { old: a, new: b } = pair;
  const keys = new Set([...constraintsOf(a), ...constraintsOf(b)].filter(counts));
  const found = [...keys].flatMap((key) => {
    if (SIDES.flat().some((name) => name === key)) return [];
    const [from, to] = [a[key], b[key]];
    const kind = same({ [key]: from }, { [key]: to }) ? undefined : rank(key, from, to);
    return kind ? [{ kind, text: `${key} ${textOf(key, from)} -> ${textOf(key, to)}` }] : [];
  });
  for (const side of SIDES.filter((names) => names.some((key) => keys.has(key)))) {
    const [from, to] = [boundOf(a, side), boundOf(b, side)];
    const kind = rankBounds(from, to);
    if (kind) found.push({ kind, text: `${from?.text ?? "(none)"} -> ${to?.text ?? "(none)"}` });
  }
  if (kinds.includes("number") && isInteger(a) !== isInteger(b)) {
    const kind = isInteger(b) ? "constraint-tightened" : "constraint-loosened";
    found.push({ kind, text: isInteger(b) ? "number -> integer" : "integer -> number" });
  }
  const [first] = found;
  if (!first) return;
  const mixed = found.some(({ kind }) => kind !== first.kind);
  const values = `\`${found.map(({ text }) => text).join(", ")}\``;
  yield finding(mixed ? "constraint-changed" : first.kind, pair, { values });
}

/** Takes the keywords that say something of any of some kinds of value. */
export function speakingOf(...kinds: readonly string[]): KeywordFilter {
  return (key) => {
    const own = KINDS.filter(([, names]) => names.test(key)).map(([kind]) => kind);
    return own.length === 0 || own.some((kind) => kinds.includes(kind));
  };
}

/** The keywords by which a node narrows what its shape allows. */
export function constraintsOf(node: JsonSchema): string[] {
  return Object.keys(node).filter((key) => {
    if (key === "oneOf" && node.anyOf) return true; // Only one of them is split into its arms.
    return !SHAPES.has(key) && !isProse(key) && KEYWORDS.get(key)?.role !== "identity";
  });
}

function rank(key: string, from: unknown, to: unknown): Rank | undefined {
  const { role, value } = KEYWORDS.get(key) ?? {};
  // Some may make room: `patternProperties` for members by name, `minContains` for no item at all.
  const narrows =
    (role === "bound" || role === "narrow" || key === "additionalItems") && key !== "minContains";
  if (!narrows) return "constraint-changed";
  // `true` says nothing where a schema stands, `false` where a flag does.
  const isOff = (it: unknown) => it === undefined || it === (value === "schema");
  if (isOff(from)) return isOff(to) ? undefined : "constraint-tightened";
  if (isOff(to)) return "constraint-loosened";
  const [, side] = /^(min|max)/.exec(key) ?? [];
  if (!side || typeof from !== "number" || typeof to !== "number") return "constraint-changed";
  return to > from === (side === "min") ? "constraint-tightened" : "constraint-loosened";
}

function rankBounds(from: Bound | undefined, to: Bound | undefined): Rank | undefined {
  const [was, is] = [from?.strictness ?? [], to?.strictness ?? []];
  const differing = [0, 1].find((index) => was[index] !== is[index]);
  if (differing === undefined) return undefined;
  const [a, b] = [
    was[differing] ?? Number.NEGATIVE_INFINITY,
    is[differing] ?? Number.NEGATIVE_INFINITY,
  ];
  return b > a ? "constraint-tightened" : "constraint-loosened";
}

function isInteger(node: JsonSchema): boolean {
  return ![node.type].flat().includes("number");
}

function textOf(key: string, value: unknown): string {
  return JSON.stringify(stripProse({ [key]: value })[key]) ?? "(none)";
}
