import { tupleOf } from "./arrays.js";
import { type Check, type Compile, refuseAt } from "./check.js";
import type { Documents } from "./documents.js";
import { type Frame, inside, type Reading, readFrame, references } from "./frame.js";
import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import type { SchemaPlace } from "./keywords.js";
import { nothing } from "./objects.js";
import { toRegExp } from "./scalars.js";

/** The parts of a value that keywords have looked at. */
interface Evaluated {
  /** All members, or all items. */
  all: boolean;
  /** Names of members, numbers of items. */
  readonly parts: Set<string | number>;
}

export const UNEVALUATED = ["unevaluatedProperties", "unevaluatedItems"] as const;
export type UnevaluatedKeyword = (typeof UNEVALUATED)[number];

/** Adds the parts of an object or list, which the schema describes, that the schema evaluates. */
export type Collector = (value: object, seen: Evaluated) => void;

/** What makes the checks and the collectors of other schemas. */
export interface Collectors {
  readonly documents: Documents;
  compile(frame: Frame): Check;
  /** The collector of what a reference leads to. */
  collector(frame: Frame): Collector;
}

/**
 * The checks of `unevaluatedProperties` and `unevaluatedItems`. Other schemas pay nothing for them:
 * what was evaluated is found out after all other checks have passed.
 */
export function unevaluatedChecks(
  schema: SchemaObject,
  compile: Compile,
  collect: () => Collector,
  opened: boolean,
): Check[] {
  return UNEVALUATED.flatMap((keyword) => {
    const rest = schema[keyword];
    const ofItems = keyword === "unevaluatedItems";
    // In the open form unknown members are fine; more items than expected are not.
    if (rest === undefined || (rest === false && opened && !ofItems)) return [];
    const check = rest === false && !ofItems ? nothing : compile(rest, [keyword]);
    let collector: Collector | undefined;
    return [
      (value, findings) => {
        if (typeof value !== "object" || value === null) return true;
        if (Array.isArray(value) !== ofItems) return true;
        collector ??= collect();
        const seen: Evaluated = { all: false, parts: new Set() };
        collector(value, seen);
        if (seen.all) return true;
        const from = findings?.length ?? 0;
        for (const name of Object.keys(value)) {
          const part = ofItems ? Number(name) : name;
          if (seen.parts.has(part)) continue;
          const member = (value as Record<string, unknown>)[name];
          if (!check(member, findings)) return refuseAt(findings, from, part);
        }
        return true;
      },
    ] satisfies Check[];
  });
}

/** Makes what tells which parts a schema evaluates, beside its own `unevaluated` keywords. */
export function collect(reading: Reading, made: Collectors): Collector {
  const { here, schema } = reading;
  const nested = (inner: unknown, place: SchemaPlace) => {
    return inner === undefined ? none : collectAll(inside(here, inner, place, here.form), made);
  };
  const check = (inner: unknown, place: SchemaPlace, form = here.form) => {
    return made.compile(inside(here, inner, place, form));
  };
  const list = (keyword: string) => Object.entries((schema[keyword] ?? {}) as object);
  const collectors: Collector[] = [
    ...ownMembers(schema),
    ...ownItems(schema, here, check),
    ...references(reading, made.documents).map((target) => made.collector(target)),
    ...list("allOf").map(([i, arm]) => nested(arm, ["allOf", i])),
    ...["anyOf", "oneOf"].flatMap((keyword) =>
      list(keyword).map(([i, arm]) => ifFits(check(arm, [keyword, i]), nested(arm, [keyword, i]))),
    ),
    ...["dependentSchemas", "dependencies"].flatMap((keyword) =>
      list(keyword).map(([name, inner]): Collector => {
        const then = nested(inner, [keyword, name]);
        return (value, seen) => Object.hasOwn(value, name) && then(value, seen);
      }),
    ),
  ];
  if (schema.if !== undefined) {
    const test = check(schema.if, ["if"], "strict");
    const opened = check(schema.if, ["if"]);
    const own = nested(schema.if, ["if"]);
    const yes = nested(schema.then, ["then"]);
    const no = nested(schema.else, ["else"]);
    collectors.push((value, seen) => {
      if (opened(value)) {
        own(value, seen);
        yes(value, seen);
      }
      if (!test(value)) no(value, seen);
    });
  }
  return (value, seen) => {
    for (const each of collectors) if (!seen.all) each(value, seen);
  };
}

const none: Collector = () => undefined;

/** The collector of a whole schema, which counts its `unevaluated` keywords too. */
export function collectAll(frame: Frame, made: Collectors): Collector {
  if (!isSchemaObject(frame.schema)) return none;
  const reading = readFrame(frame, made.documents);
  const { unevaluatedProperties, unevaluatedItems } = reading.schema;
  const inner = collect(reading, made);
  return (value, seen) => {
    const rest = Array.isArray(value) ? unevaluatedItems : unevaluatedProperties;
    if (rest !== undefined) seen.all = true;
    else inner(value, seen);
  };
}

function ifFits(check: Check, collector: Collector): Collector {
  return (value, seen) => {
    if (check(value)) collector(value, seen);
  };
}

function ownMembers(schema: SchemaObject): Collector[] {
  const { properties = {}, patternProperties = {}, additionalProperties } = schema;
  const names = new Set(Object.keys(properties as object));
  const patterns = Object.keys(patternProperties as object).map(toRegExp);
  const all = additionalProperties !== undefined;
  if (names.size === 0 && patterns.length === 0 && !all) return [];
  return [
    (value, seen) => {
      if (!isSchemaObject(value)) return;
      if (all) seen.all = true;
      for (const name in value) {
        if (names.has(name) || patterns.some((each) => each.test(name))) seen.parts.add(name);
      }
    },
  ];
}

function ownItems(
  schema: SchemaObject,
  { resource }: Frame,
  check: (schema: unknown, place: SchemaPlace) => Check,
): Collector[] {
  const { first, rest } = tupleOf(schema);
  const collectors: Collector[] = [];
  if (first.length > 0 || rest !== undefined) {
    collectors.push((value, seen) => {
      if (!Array.isArray(value)) return;
      if (rest !== undefined) seen.all = true;
      for (let i = 0; i < first.length; i++) seen.parts.add(i);
    });
  }
  if (schema.contains !== undefined && resource.dialect.draft >= 2020) {
    const fits = check(schema.contains, ["contains"]);
    collectors.push((value, seen) => {
      if (!Array.isArray(value)) return;
      for (const [i, item] of value.entries()) if (fits(item)) seen.parts.add(i);
    });
  }
  return collectors;
}
