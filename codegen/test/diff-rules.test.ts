import { describe, expect, test } from "vitest";
import { diffProtocols } from "../src/diff/index.js";
import { type EntryKind, rules, type ShapeKind, type ShapeSubject } from "../src/diff/rules.js";
import type { DiffSide } from "../src/diff/side.js";
import type { JsonSchema, Method } from "../src/index.js";
import { makeSide, object, plainMethod, withEvents } from "./diff-side.js";

const text: JsonSchema = { type: "string" };
const ab: JsonSchema = { enum: ["a", "b"] };
const [a, b, c] = ["a", "b", "c"].map((kind) => object({ kind: { const: kind } })) as [
  JsonSchema,
  JsonSchema,
  JsonSchema,
];

const texts: JsonSchema = { type: "array", items: text };
const numbers: JsonSchema = { type: "array", items: { type: "number" } };
const open: JsonSchema = { type: "object" };
const startsA: JsonSchema = { ...text, pattern: "^a" };
const startsB: JsonSchema = { ...text, pattern: "^b" };
const nothing: JsonSchema = { not: {} };
/** A value with both members matches both. */
const overlapping: JsonSchema[] = ["x", "y"].map((name) => ({
  ...open,
  properties: { [name]: text },
}));

/** A pair of schemas, before and after. */
type Pair = [JsonSchema, JsonSchema];

/** Pairs in which an arm of a union comes; the other way round it goes. */
const gains: Pair[] = [
  [{ anyOf: [a, b] }, { anyOf: [c, b, a] }],
  [texts, { anyOf: [texts, numbers] }],
  [{ anyOf: [numbers] }, { anyOf: [texts, numbers] }],
  [startsB, { anyOf: [startsA, startsB] }],
  [startsA, { anyOf: [startsA, startsB] }],
  [
    { type: "number", minimum: 0 },
    { anyOf: [{ type: "integer" }, { type: "number", minimum: 0 }] },
  ],
];

/** Pairs that allow less afterwards; the other way round they allow more. */
const tightens: Pair[] = [
  [text, startsA],
  [
    { type: ["integer", "null"], maximum: 9 },
    { type: ["integer", "null"], maximum: 8 },
  ],
  [{}, { not: { type: "null" } }],
  [
    { type: "array", items: [text] },
    { type: "array", items: [text], additionalItems: false },
  ],
  [
    { ...open, patternProperties: { "^x": text } },
    { ...open, patternProperties: { "^x": text }, unevaluatedProperties: false },
  ],
  [{ type: "number" }, { type: "integer" }],
  [
    { type: "number", minimum: 0 },
    { type: "integer", minimum: 1 },
  ],
  [
    { type: "number", minimum: 0 },
    { type: "number", exclusiveMinimum: 0 },
  ],
  [
    { type: "number", exclusiveMaximum: 5 },
    { type: "number", maximum: 4 },
  ],
  [{ anyOf: overlapping }, { oneOf: overlapping }],
  [{ type: ["string", "integer"], minimum: 0 }, { anyOf: [text, { type: "integer", minimum: 5 }] }],
  [
    { ...ab, minLength: 1 },
    { ...ab, minLength: 2 },
  ],
  [open, { ...open, dependentRequired: { a: ["b"] } }],
];

/** Pairs of which nobody can tell what allows more. */
const changes: Pair[] = [
  [startsA, startsB],
  [
    { ...text, minLength: 1, maxLength: 2 },
    { ...text, minLength: 2, maxLength: 3 },
  ],
  [
    { if: text, type: "string" },
    { if: ab, type: "string" },
  ],
  [{ ...object({}), patternProperties: { "^x-": text } }, object({})],
  [
    { allOf: [{ anyOf: [a, b] }, { anyOf: [b, c] }] },
    { allOf: [{ anyOf: [a] }, { anyOf: [b, c] }] },
  ],
  [
    { anyOf: [a, b], oneOf: [b, c] },
    { anyOf: [a, b], oneOf: [b] },
  ],
  [{ ...text, "no-keyword": 1 }, text],
];

/** Several pairs that mean the same. */
function several(pairs: Pair[], want: string) {
  return pairs.map((given) => ({ given, want }));
}

function reversed(pairs: Pair[]): Pair[] {
  return pairs.map(([before, after]) => [after, before]);
}

/**
 * A member before and after, and what it means: for a param (regenerated, old client), a result
 * (regenerated, old client), a callback's param, a callback's result, an event's field.
 */
const shapes: Record<ShapeKind, { given: [JsonSchema, JsonSchema] | null; want: string }[]> = {
  "added-optional": [
    {
      given: [object({}), object({ x: text }, [])],
      want: "safe safe | safe safe | safe | safe | safe",
    },
  ],
  "added-required": [
    {
      given: [object({}), object({ x: text })],
      want: "breaking breaking | safe safe | safe | breaking | safe",
    },
  ],
  "removed-optional": [
    {
      given: [object({ x: text }, []), object({})],
      want: "breaking breaking | breaking dangerous | breaking | breaking | breaking",
    },
  ],
  "removed-required": [
    {
      given: [object({ x: text }), object({})],
      want: "breaking breaking | breaking breaking | breaking | breaking | breaking",
    },
  ],
  "made-required": several(
    [
      [object({ x: text }, []), object({ x: text })],
      [open, { ...open, required: ["x"] }],
    ],
    "breaking breaking | safe safe | safe | breaking | safe",
  ),
  "made-optional": several(
    [
      [object({ x: text }), object({ x: text }, [])],
      [{ ...open, required: ["x"] }, open],
    ],
    "safe safe | breaking dangerous | breaking | safe | breaking",
  ),
  "type-widened": several(
    [
      [text, { type: ["string", "null"] }],
      [text, {}],
      [ab, text],
      [{ const: true }, { type: "boolean" }],
      [{ enum: [1, 2] }, { type: "integer" }],
      [ab, { ...text, minLength: 1, maxLength: 1, pattern: "^[a-z]" }],
      [{ enum: [1, 2] }, { type: "number", minimum: 0, maximum: 2 }],
      [nothing, text],
      [{ anyOf: [text, { type: "number" }], const: "a" }, { anyOf: [text, { type: "number" }] }],
      [text, { anyOf: [text, { type: "array", items: text }] }],
      [
        { type: "array", items: text },
        { type: "array", items: {} },
      ],
    ],
    "safe safe | breaking dangerous | breaking | safe | breaking",
  ),
  "type-narrowed": several(
    [
      [{ anyOf: [text, { type: "null" }] }, text],
      [{}, text],
      [text, ab],
      [{ type: "integer" }, { enum: [1, 2] }],
      [
        { type: ["string", "null"], anyOf: [{ type: "null" }, text] },
        { type: "string", anyOf: [{ type: "null" }, text] },
      ],
      [{ additionalProperties: {} }, { additionalProperties: text }],
      [
        { ...open, required: ["x"] },
        { ...open, properties: { x: text }, required: ["x"] },
      ],
      [
        { type: ["string", "null"], enum: ["a", null] },
        { type: "string", enum: ["a", null] },
      ],
    ],
    "breaking breaking | breaking safe | breaking | breaking | breaking",
  ),
  "type-changed": several(
    [
      [text, { type: "number" }],
      [ab, a],
      [text, nothing],
      [ab, startsA],
      [ab, { ...text, format: "uuid" }],
      [startsA, ab],
      [
        { type: "array", items: [text] },
        { type: "array", items: [text, text] },
      ],
    ],
    "breaking breaking | breaking breaking | breaking | breaking | breaking",
  ),
  "enum-value-added": [
    {
      given: [ab, { enum: ["a", "b", "c"] }],
      want: "safe safe | dangerous dangerous | dangerous | safe | dangerous",
    },
    {
      given: [{ const: "a" }, { anyOf: [{ const: "a" }, { const: "b" }] }],
      want: "safe safe | dangerous dangerous | dangerous | safe | dangerous",
    },
  ],
  "enum-value-removed": [
    {
      given: [ab, { const: "b" }],
      want: "breaking breaking | breaking safe | breaking | breaking | breaking",
    },
  ],
  "variant-added": several(gains, "safe safe | dangerous dangerous | dangerous | safe | dangerous"),
  "variant-removed": several(
    reversed(gains),
    "breaking breaking | breaking safe | breaking | breaking | breaking",
  ),
  "constraint-loosened": several(
    [
      [
        { ...text, minLength: 2 },
        { ...text, minLength: 1 },
      ],
      [{ ...text, format: "uuid" }, text],
      [
        { type: "array", maxItems: 1, uniqueItems: true },
        { type: "array", maxItems: 2 },
      ],
      ...reversed(tightens),
    ],
    "safe safe | safe dangerous | dangerous | safe | dangerous",
  ),
  "constraint-tightened": several(
    tightens,
    "breaking breaking | safe safe | safe | breaking | safe",
  ),
  "constraint-changed": several(
    [...changes, ...reversed(changes)],
    "breaking breaking | safe dangerous | dangerous | breaking | dangerous",
  ),
  opened: [
    {
      given: [object({}), { type: "object", properties: {} }],
      want: "safe safe | safe safe | safe | safe | safe",
    },
  ],
  closed: several(
    [
      [
        { type: "object", additionalProperties: text },
        { ...object({}), required: [] },
      ],
      [open, { ...open, additionalProperties: false }],
      [open, { ...open, unevaluatedProperties: false }],
    ],
    "breaking breaking | breaking dangerous | breaking | breaking | breaking",
  ),
  "default-changed": [
    {
      given: [
        { ...text, default: "x" },
        { ...text, default: "y" },
      ],
      want: "dangerous dangerous | safe safe | safe | dangerous | safe",
    },
  ],
  appeared: [{ given: null, want: "- | safe safe | - | breaking | -" }],
  disappeared: [{ given: null, want: "- | breaking breaking | - | dangerous | -" }],
  emptied: [{ given: null, want: "- | safe dangerous | - | safe | -" }],
  deprecated: [
    {
      given: [text, { ...text, deprecated: true }],
      want: "safe safe | safe safe | safe | safe | safe",
    },
  ],
  undeprecated: [
    {
      given: [{ ...text, deprecated: true }, text],
      want: "safe safe | safe safe | safe | safe | safe",
    },
  ],
  "description-changed": [
    {
      given: [text, { ...text, description: "d" }],
      want: "safe safe | safe safe | safe | safe | safe",
    },
  ],
};

const subjects: ShapeSubject[] = [
  "param",
  "result",
  "callback-param",
  "callback-result",
  "event-field",
];

/** A protocol in which a schema plays one role, as the member `value` of a shape. */
function inRole(subject: ShapeSubject, schema: JsonSchema | null): DiffSide {
  const Shape = schema && object({ value: schema });
  if (subject === "event-field") return makeSide(withEvents({ ready: Shape ?? object({}) }));
  const handler = subject.startsWith("callback") ? "client" : "server";
  const place = subject.endsWith("result") ? "result" : "params";
  const method: Method = { ...plainMethod, handler, ...(Shape && { [place]: "Shape" }) };
  return makeSide({ methods: [method], types: Shape ? { Shape } : {} });
}

/** Answers come and go as a whole; they are no members. */
function answers(kind: ShapeKind, subject: ShapeSubject): [DiffSide, DiffSide] {
  const types = inRole(subject, text).protocol.types;
  const none = makeSide({ ...inRole(subject, null).protocol, types });
  if (kind === "appeared") return [none, inRole(subject, text)];
  const full = inRole(subject, text);
  if (kind === "disappeared") return [full, none];
  const protocol = { ...full.protocol, types: { Shape: object({}) } };
  return [{ ...full, protocol }, makeSide({ ...none.protocol, types: protocol.types })];
}

const entries = Object.entries(shapes) as [ShapeKind, (typeof shapes)[ShapeKind]][];

describe.each(entries)("%s", (kind, pairs) => {
  const cases = pairs.flatMap(({ given, want }, index) =>
    subjects.map((subject, column) => ({
      title: `${subject} ${index}`,
      subject,
      given,
      want: want.split(" | ")[column] ?? "",
    })),
  );

  test.each(cases.filter(({ want }) => want !== "-"))("$title", ({ subject, given, want }) => {
    const [old, after] = given
      ? [inRole(subject, given[0]), inRole(subject, given[1])]
      : answers(kind, subject);
    const { changes } = diffProtocols(old, after, { descriptions: true });
    expect(changes.map(({ code }) => code)).toEqual([`${subject}-${kind}`]);
    expect(concerned(subject, changes[0]?.verdicts)).toBe(want);
    const affected = subject === "event-field" ? "ready" : "thing.do";
    expect(changes[0]?.affects).toEqual([affected]);
  });
});

/** The verdicts of the readers that a subject concerns; all others have to be safe. */
function concerned(subject: string, verdicts: Readonly<Record<string, string>> = {}): string {
  const own = subject.startsWith("callback")
    ? ["callbacks"]
    : subject.startsWith("event")
      ? ["events"]
      : ["regenerated", "oldClient"];
  for (const [reader, verdict] of Object.entries(verdicts)) {
    if (!own.includes(reader)) expect(verdict, reader).toBe("safe");
  }
  return own.map((reader) => verdicts[reader]).join(" ");
}

/** What a method or an event is before and after (null: not there), and what it means. */
interface EntryPair {
  readonly given: [Partial<Method> | null, Partial<Method> | null];
  /** For a method (regenerated, old client), a callback, an event; `-` where it cannot be. */
  readonly want: string;
}

const entryPairs: Record<EntryKind, EntryPair> = {
  added: { given: [null, {}], want: "safe safe | dangerous | safe" },
  removed: { given: [{}, null], want: "breaking breaking | breaking | breaking" },
  renamed: {
    given: [{}, { wire: "things.do", path: ["things", "do"] }],
    want: "breaking breaking | breaking | breaking",
  },
  moved: { given: [{}, { path: ["other", "do"] }], want: "breaking safe | breaking | -" },
  "scope-changed": {
    given: [{}, { scope: { member: "sessionId", type: "string" } }],
    want: "breaking breaking | breaking | -",
  },
  "kind-changed": {
    given: [{}, { kind: "notification" }],
    want: "breaking breaking | breaking | -",
  },
  "made-internal": {
    given: [{}, { visibility: "internal" }],
    want: "breaking safe | breaking | breaking",
  },
  "made-public": {
    given: [{ visibility: "internal" }, {}],
    want: "dangerous safe | dangerous | safe",
  },
  "made-experimental": {
    given: [{}, { stability: "experimental" }],
    want: "dangerous safe | dangerous | dangerous",
  },
  "made-stable": { given: [{ stability: "experimental" }, {}], want: "safe safe | safe | safe" },
  deprecated: { given: [{}, { deprecated: true }], want: "safe safe | safe | safe" },
  undeprecated: { given: [{ deprecated: true }, {}], want: "safe safe | safe | safe" },
  "description-changed": { given: [{}, { doc: "d" }], want: "safe safe | safe | safe" },
};

describe.each(Object.entries(entryPairs))("%s", (kind, { given, want }) => {
  const columns = want.split(" | ");
  const cases = ["method", "callback", "event"].map(
    (subject, index) => [subject, columns[index] ?? ""] as const,
  );

  test.each(cases.filter(([, verdicts]) => verdicts !== "-"))("%s", (subject, verdicts) => {
    const [old, after] = given.map((entry) => entrySide(subject, entry)) as [DiffSide, DiffSide];
    const all = diffProtocols(old, after, { descriptions: true }).changes;
    const changes = all.filter(({ code }) => !code.startsWith("type-")); // Those of its payload.
    expect(changes.map(({ code }) => code)).toEqual([`${subject}-${kind}`]);
    expect(concerned(subject, changes[0]?.verdicts)).toBe(verdicts);
  });
});

function entrySide(subject: string, entry: Partial<Method> | null): DiffSide {
  if (subject !== "event") {
    const handler = subject === "callback" ? "client" : "server";
    return makeSide({ methods: entry ? [{ ...plainMethod, handler, ...entry }] : [] });
  }
  if (!entry) return makeSide(withEvents({}));
  const { wire = "thing.do", stability, visibility, deprecated, doc } = entry;
  const schema: JsonSchema = {
    ...object({ type: { const: wire }, data: text }),
    ...(stability && { stability }),
    ...(visibility && { visibility }),
    ...(deprecated && { deprecated }),
    ...(doc && { description: doc }),
  };
  return makeSide(withEvents({ [wire]: schema }));
}

describe("changes of neither shape nor entry", () => {
  const methods = [
    { ...plainMethod, result: "A" },
    { ...plainMethod, wire: "b", path: ["b"], result: "B" },
  ];
  const A = object({ a });

  test.each([
    ["type-renamed", { methods, types: { A, B: A } }, "C"],
    ["type-removed", { methods, types: { A, B: A } }, "B"], // Equal types become one of them.
  ])("%s", (code, old, name) => {
    const after = {
      methods: methods.map((method) => ({ ...method, result: method.result === "A" ? name : "B" })),
      types: { B: A, [name]: A },
    };
    const { changes } = diffProtocols(makeSide(old), makeSide(after));
    const verdicts = {
      regenerated: "breaking",
      oldClient: "safe",
      callbacks: "safe",
      events: "safe",
    };
    expect(changes).toMatchObject([{ code, at: "A", verdicts }]);
  });

  test("a type that nothing used is missed all the same", () => {
    const { changes } = diffProtocols(makeSide({ types: { A } }), makeSide({}));
    expect(changes.map(({ code }) => code)).toEqual(["type-removed"]);
  });

  test("wire-changed", () => {
    const side = (framing: "ndjson" | "content-length") =>
      makeSide({ wire: { framing, jsonrpcField: true } });
    const { changes } = diffProtocols(side("content-length"), side("ndjson"));
    expect(changes.map(({ code, verdicts }) => [code, ...Object.values(verdicts)])).toEqual([
      ["wire-changed", "breaking", "breaking", "breaking", "breaking"],
    ]);
  });
});

test("every rule has a given/want pair", () => {
  const covered = [
    ...entries.flatMap(([kind, pairs]) =>
      subjects
        .filter((_, column) => pairs.some(({ want }) => want.split(" | ")[column] !== "-"))
        .map((subject) => `${subject}-${kind}`),
    ),
    ...Object.entries(entryPairs).flatMap(([kind, { want }]) =>
      ["method", "callback", "event"]
        .filter((_, column) => want.split(" | ")[column] !== "-")
        .map((subject) => `${subject}-${kind}`),
    ),
    "type-removed",
    "type-renamed",
    "wire-changed",
  ];
  expect([...rules.keys()].sort()).toEqual(covered.sort());
});
