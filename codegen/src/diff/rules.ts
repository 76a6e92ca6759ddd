import { READERS, type Reader, type Verdict, worse } from "./model.js";

/** All subjects of shapes, and whether the client writes or reads them. */
export const SHAPE_SUBJECTS = {
  param: "write",
  result: "read",
  "callback-param": "read",
  "callback-result": "write",
  "event-field": "read",
} as const;

/** What the change of a shape is a change of. */
export type ShapeSubject = keyof typeof SHAPE_SUBJECTS;
/** What the change of an entry is a change of. */
export type EntrySubject = "method" | "callback" | "event";

/** One kind of change to one subject: its code, its verdicts, and how it is said. */
export interface Rule {
  /** `<subject>-<kind>`. */
  readonly code: string;
  readonly verdicts: Readonly<Record<Reader, Verdict>>;
  /** `{thing}` is what changed; `{from}`, `{to}` and `{values}` say more. */
  readonly sentence: string;
}

/** The first letter of a verdict. */
type Letter = "B" | "D" | "S";
/** Verdicts for calls: of the regenerated client, then of the old client. */
type Calls = `${Letter}${Letter}`;

const VERDICT_OF = { B: "breaking", D: "dangerous", S: "safe" } as const;

/** Changes of shapes: for what the client writes, for what it reads, and the sentence. */
const SHAPES = {
  "added-optional": ["SS", "SS", "{thing} was added; it is optional."],
  "added-required": ["BB", "SS", "{thing} was added and is required."],
  "removed-optional": ["BB", "BD", "{thing}, which was optional, was removed."],
  "removed-required": ["BB", "BB", "{thing} was removed."],
  "made-required": ["BB", "SS", "{thing} is now required."],
  "made-optional": ["SS", "BD", "{thing} is now optional."],
  "type-widened": ["SS", "BD", "{thing} was widened: {from} became {to}."],
  "type-narrowed": ["BB", "BS", "{thing} was narrowed: {from} became {to}."],
  "type-changed": ["BB", "BB", "{thing} has another type: {from} became {to}."],
  "enum-value-added": ["SS", "DD", "{thing} has new values: {values}."],
  "enum-value-removed": ["BB", "BS", "{thing} lost values: {values}."],
  "variant-added": ["SS", "DD", "{thing} has a new variant: {values}."],
  "variant-removed": ["BB", "BS", "{thing} lost a variant: {values}."],
  "constraint-loosened": ["SS", "SD", "{thing} has a looser constraint: {values}."],
  "constraint-tightened": ["BB", "SS", "{thing} has a tighter constraint: {values}."],
  "constraint-changed": ["BB", "SD", "{thing} has another constraint: {values}."],
  opened: ["SS", "SS", "{thing} now accepts additional members."],
  closed: ["BB", "BD", "{thing} no longer accepts additional members."],
  "default-changed": ["DD", "SS", "{thing} has another default: {from} became {to}."],
  appeared: ["BB", "SS", "{thing} is new: there was no result before."],
  disappeared: ["DD", "BB", "{thing} was removed: there is no result any more."],
  emptied: ["SS", "SD", "{thing} had no members, and is no longer sent at all."],
  deprecated: ["SS", "SS", "{thing} is now deprecated."],
  undeprecated: ["SS", "SS", "{thing} is no longer deprecated."],
  "description-changed": ["SS", "SS", "{thing} has another description."],
} as const satisfies Record<string, readonly [Calls, Calls, string]>;

/** Kinds of changes of shapes. */
export type ShapeKind = keyof typeof SHAPES;

/** Only results can come and go as a whole: a method without params has an empty object of them. */
const RESULTS_ONLY: readonly string[] = ["appeared", "disappeared", "emptied"];

/** Changes of entries: for methods, for callbacks, for events (null: cannot be), and the sentence. */
const ENTRIES = {
  added: ["SS", "D", "S", "{thing} was added."],
  removed: ["BB", "B", "B", "{thing} was removed."],
  renamed: ["BB", "B", "B", "{thing} was renamed to {to}; its shape is the same."],
  moved: ["BS", "B", null, "{thing} moved: {from} became {to}."],
  "scope-changed": ["BB", "B", null, "{thing} has another scope: {from} became {to}."],
  "kind-changed": ["BB", "B", null, "{thing} was a {from} and is a {to}."],
  "made-internal": ["BS", "B", "B", "{thing} was public and is internal."],
  "made-public": ["DS", "D", "S", "{thing} was internal and is public."],
  "made-experimental": ["DS", "D", "D", "{thing} was {from} and is {to}."],
  "made-stable": ["SS", "S", "S", "{thing} was {from} and is stable."],
  deprecated: ["SS", "S", "S", "{thing} is now deprecated."],
  undeprecated: ["SS", "S", "S", "{thing} is no longer deprecated."],
  "description-changed": ["SS", "S", "S", "{thing} has another description."],
} as const satisfies Record<string, readonly [Calls, Letter, Letter | null, string]>;

/** Kinds of changes of entries. */
export type EntryKind = keyof typeof ENTRIES;

/** Changes of neither: the verdicts of all four readers, and the sentence. */
const OTHERS = {
  "type-renamed": ["BSSS", "The type {thing} was renamed to {to}; it means the same."],
  "type-removed": ["BSSS", "The type {thing} is no longer exported."],
  "wire-changed": ["BBBB", "{thing} was {from} and is {to}."],
} as const satisfies Record<string, readonly [`${Calls}${Calls}`, string]>;

/** Kinds of changes that belong to no subject; they are codes as they stand. */
export type OtherKind = keyof typeof OTHERS;

/** A rule by the letters of its verdicts, in the order of the readers. */
function rule(code: string, letters: string, sentence: string): Rule {
  const of = (index: number) => VERDICT_OF[(letters[index] ?? "S") as Letter];
  const verdicts = Object.fromEntries(READERS.map((reader, index) => [reader, of(index)]));
  return { code, verdicts: verdicts as Rule["verdicts"], sentence };
}

/** Callbacks and events have one reader each, so the worse of the two cases is what counts. */
function shapeLetters(subject: ShapeSubject, calls: string): string {
  const [a = "S", b = "S"] = calls as Iterable<Letter>;
  const one = worse(VERDICT_OF[a as Letter], VERDICT_OF[b as Letter])
    .charAt(0)
    .toUpperCase();
  if (subject === "event-field") return `SSS${one}`;
  return subject.startsWith("callback") ? `SS${one}S` : `${calls}SS`;
}

const shapeRules = Object.entries(SHAPES).flatMap(([kind, [write, read, sentence]]) =>
  (Object.keys(SHAPE_SUBJECTS) as ShapeSubject[])
    .filter((subject) => subject.endsWith("result") || !RESULTS_ONLY.includes(kind))
    .map((subject) => {
      const calls = SHAPE_SUBJECTS[subject] === "write" ? write : read;
      return rule(`${subject}-${kind}`, shapeLetters(subject, calls), sentence);
    }),
);

const entryRules = Object.entries(ENTRIES).flatMap(([kind, [calls, callback, event, sentence]]) => [
  rule(`method-${kind}`, `${calls}SS`, sentence),
  rule(`callback-${kind}`, `SS${callback}S`, sentence),
  ...(event === null ? [] : [rule(`event-${kind}`, `SSS${event}`, sentence)]),
]);

const otherRules = Object.entries(OTHERS).map(([code, [letters, sentence]]) =>
  rule(code, letters, sentence),
);

/** Every rule by its code. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  [...entryRules, ...shapeRules, ...otherRules].map((each) => [each.code, each]),
);
