import { READERS, type Reader, type Verdict, worse } from "./model.js";

/** What the change of a shape is a change of. */
export type ShapeSubject =
  | "param"
  | "result"
  | "callback-param"
  | "callback-result"
  | "event-field";

/** All subjects of shapes, and whether the client writes or reads them. */
export const SHAPE_SUBJECTS: Readonly<Record<ShapeSubject, "write" | "read">> = {
  param: "write",
  result: "read",
  "callback-param": "read",
  "callback-result": "write",
  "event-field": "read",
};

/** What the change of an entry is a change of. */
export type EntrySubject = "method" | "callback" | "event";

/** One kind of change to one subject: its code, who is hurt, and how it is said. */
export interface Rule {
  /** `<subject>-<kind>`. */
  readonly code: string;
  readonly verdicts: Readonly<Record<Reader, Verdict>>;
  /** `{thing}` is what changed; `{from}`, `{to}` and `{values}` say more. */
  readonly sentence: string;
}

/** Verdicts for calls: of the regenerated client, then of the old client. */
type Calls = `${Verdict} ${Verdict}`;

/** Changes of shapes: for what the client writes, for what it reads, and the sentence. */
const SHAPES = {
  "added-optional": ["safe safe", "safe safe", "{thing} was added; it may be left out."],
  "added-required": ["breaking breaking", "safe safe", "{thing} was added and is required."],
  "removed-optional": [
    "breaking breaking",
    "breaking dangerous",
    "{thing}, which could be left out, was removed.",
  ],
  "removed-required": ["breaking breaking", "breaking breaking", "{thing} was removed."],
  "made-required": ["breaking breaking", "safe safe", "{thing} is required now."],
  "made-optional": ["safe safe", "breaking dangerous", "{thing} may be left out now."],
  "type-widened": [
    "safe safe",
    "breaking dangerous",
    "{thing} may be more than before: {from} became {to}.",
  ],
  "type-narrowed": [
    "breaking breaking",
    "safe safe",
    "{thing} may be less than before: {from} became {to}.",
  ],
  "type-changed": [
    "breaking breaking",
    "breaking breaking",
    "{thing} is of another type: {from} became {to}.",
  ],
  "enum-value-added": ["safe safe", "dangerous dangerous", "{thing} has new values: {values}."],
  "enum-value-removed": [
    "breaking breaking",
    "breaking safe",
    "{thing} has lost values: {values}.",
  ],
  "variant-added": ["safe safe", "dangerous dangerous", "{thing} has a new variant: {values}."],
  "variant-removed": [
    "breaking breaking",
    "breaking safe",
    "{thing} has lost a variant: {values}.",
  ],
  "constraint-loosened": ["safe safe", "safe dangerous", "{thing} is less bounded: {values}."],
  "constraint-tightened": ["breaking breaking", "safe safe", "{thing} is more bounded: {values}."],
  "constraint-changed": [
    "breaking breaking",
    "safe dangerous",
    "{thing} is bounded otherwise: {values}.",
  ],
  opened: ["safe safe", "safe safe", "{thing} may have members that are not listed now."],
  closed: [
    "breaking breaking",
    "dangerous safe",
    "{thing} may no longer have members that are not listed.",
  ],
  "default-changed": [
    "dangerous dangerous",
    "safe safe",
    "{thing} has another default: {from} became {to}.",
  ],
  appeared: ["breaking breaking", "safe safe", "{thing} is new: there was no answer before."],
  disappeared: [
    "dangerous dangerous",
    "breaking breaking",
    "{thing} is gone: there is no answer now.",
  ],
  emptied: ["safe safe", "safe dangerous", "{thing} had no members and is no answer at all now."],
  deprecated: ["safe safe", "safe safe", "{thing} is deprecated now."],
  undeprecated: ["safe safe", "safe safe", "{thing} is no longer deprecated."],
  "description-changed": ["safe safe", "safe safe", "{thing} is described otherwise."],
} as const satisfies Record<string, readonly [Calls, Calls, string]>;

/** Kinds of changes of shapes. */
export type ShapeKind = keyof typeof SHAPES;

/** Only answers can come and go as a whole: a method without params has an empty object of them. */
const ANSWERS_ONLY: readonly string[] = ["appeared", "disappeared", "emptied"];

/** Changes of entries: for methods, for callbacks, for events (null: cannot be), and the sentence. */
const ENTRIES = {
  added: ["safe safe", "dangerous", "safe", "{thing} was added."],
  removed: ["breaking breaking", "breaking", "breaking", "{thing} was removed."],
  renamed: [
    "breaking breaking",
    "breaking",
    "breaking",
    "{thing} is called {to} now; its shape is the same.",
  ],
  moved: ["breaking safe", "breaking", null, "{thing} stands elsewhere: {from} became {to}."],
  "scope-changed": [
    "breaking breaking",
    "breaking",
    null,
    "{thing} belongs to another scope: {from} became {to}.",
  ],
  "kind-changed": ["breaking breaking", "breaking", null, "{thing} was a {from} and is a {to}."],
  "made-internal": ["breaking safe", "breaking", "breaking", "{thing} was public and is internal."],
  "made-public": ["dangerous safe", "dangerous", "safe", "{thing} was internal and is public."],
  "made-experimental": [
    "dangerous safe",
    "dangerous",
    "dangerous",
    "{thing} was {from} and is {to}.",
  ],
  "made-stable": ["safe safe", "safe", "safe", "{thing} was {from} and is stable."],
  deprecated: ["safe safe", "safe", "safe", "{thing} is deprecated now."],
  undeprecated: ["safe safe", "safe", "safe", "{thing} is no longer deprecated."],
  "description-changed": ["safe safe", "safe", "safe", "{thing} is described otherwise."],
} as const satisfies Record<string, readonly [Calls, Verdict, Verdict | null, string]>;

/** Kinds of changes of entries. */
export type EntryKind = keyof typeof ENTRIES;

/** Changes of neither: all four verdicts and the sentence. */
const OTHERS = {
  "type-renamed": [
    ["dangerous", "safe", "safe", "safe"],
    "{thing} is called {to} now; it means the same.",
  ],
  "wire-changed": [
    ["breaking", "breaking", "breaking", "breaking"],
    "{thing} was {from} and is {to}.",
  ],
} as const satisfies Record<string, readonly [readonly Verdict[], string]>;

/** Kinds of changes that belong to no subject; they are codes as they stand. */
export type OtherKind = keyof typeof OTHERS;

function verdicts(calls: Calls, callbacks: Verdict, events: Verdict): Rule["verdicts"] {
  const [regenerated, oldClient] = calls.split(" ") as [Verdict, Verdict];
  return { regenerated, oldClient, callbacks, events };
}

/** Callbacks and events have one reader each, so the worse of the two cases is what counts. */
function shapeVerdicts(subject: ShapeSubject, calls: Calls): Rule["verdicts"] {
  const both = calls.split(" ").map((verdict) => verdict as Verdict);
  const one = both.reduce(worse);
  if (subject === "event-field") return verdicts("safe safe", "safe", one);
  return subject.startsWith("callback")
    ? verdicts("safe safe", one, "safe")
    : verdicts(calls, "safe", "safe");
}

const shapeRules = (Object.keys(SHAPES) as ShapeKind[]).flatMap((kind) =>
  (Object.keys(SHAPE_SUBJECTS) as ShapeSubject[])
    .filter((subject) => subject.endsWith("result") || !ANSWERS_ONLY.includes(kind))
    .map((subject): Rule => {
      const [write, read, sentence] = SHAPES[kind];
      const calls = SHAPE_SUBJECTS[subject] === "write" ? write : read;
      return { code: `${subject}-${kind}`, verdicts: shapeVerdicts(subject, calls), sentence };
    }),
);

const entryRules = (Object.keys(ENTRIES) as EntryKind[]).flatMap((kind): Rule[] => {
  const [calls, callback, event, sentence] = ENTRIES[kind];
  const one = [
    { code: `method-${kind}`, verdicts: verdicts(calls, "safe", "safe"), sentence },
    { code: `callback-${kind}`, verdicts: verdicts("safe safe", callback, "safe"), sentence },
  ];
  return event === null
    ? one
    : [...one, { code: `event-${kind}`, verdicts: verdicts("safe safe", "safe", event), sentence }];
});

const otherRules = Object.entries(OTHERS).map(([code, [row, sentence]]): Rule => {
  const all = Object.fromEntries(READERS.map((reader, index) => [reader, row[index]]));
  return { code, verdicts: all as Rule["verdicts"], sentence };
});

/** Every rule by its code. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  [...entryRules, ...shapeRules, ...otherRules].map((rule) => [rule.code, rule]),
);
