import { all, type Check, refuse } from "./check.js";
import { deepEqual } from "./equal.js";
import { formats } from "./formats.js";
import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import { isMultiple } from "./multiple.js";
import { preview } from "./preview.js";

/** One closure for each type, so that each stays small enough to be inlined. */
const TYPES: Readonly<Record<string, Check>> = {
  string: (value, f) => typeof value === "string" || refuse(f, "string"),
  boolean: (value, f) => typeof value === "boolean" || refuse(f, "boolean"),
  number: (value, f) => Number.isFinite(value) || refuse(f, "number"),
  integer: (value, f) => Number.isInteger(value) || refuse(f, "integer"),
  null: (value, f) => value === null || refuse(f, "null"),
  object: (value, f) => isSchemaObject(value) || refuse(f, "object"),
  array: (value, f) => Array.isArray(value) || refuse(f, "array"),
};

/** The types of JSON, and `integer`. */
export const TYPE_NAMES: ReadonlySet<string> = new Set(Object.keys(TYPES));

/** The check of a schema that says no more than that its values are strings. */
export const anyString = TYPES.string as Check;

/**
 * The check of `type`. There is none for `object`, which {@link objectChecks} looks at, and none
 * where a literal says it all.
 */
export function typeCheck(schema: SchemaObject): Check[] {
  const { type } = schema;
  if (type === undefined || type === "object" || isLiteralOf(schema)) return [];
  const names = (Array.isArray(type) ? type : [type]) as string[];
  const tests = names.map((name) => TYPES[name] as Check);
  if (tests.length === 1) return tests;
  const expected = names.join(" or ");
  return [(value, findings) => tests.some((test) => test(value)) || refuse(findings, expected)];
}

/** Whether the schema lists literals, all of its type. */
function isLiteralOf({ type, const: constant, enum: listed }: SchemaObject): boolean {
  const literals = constant !== undefined ? [constant] : Array.isArray(listed) ? listed : [];
  return literals.length > 0 && literals.every((literal) => typeof literal === type);
}

/** The checks of `const` and `enum`. */
export function literalChecks(schema: SchemaObject): Check[] {
  const checks: Check[] = [];
  if (Object.hasOwn(schema, "const")) checks.push(constant(schema.const));
  if (Array.isArray(schema.enum)) checks.push(oneOfThese(schema.enum));
  return checks;
}

function constant(wanted: unknown): Check {
  const deep = typeof wanted === "object";
  return (value, findings) => {
    if (value === wanted || (deep && deepEqual(value, wanted))) return true;
    return findings !== undefined && refuse(findings, preview(wanted), "literal");
  };
}

/** The check for one of several values. */
export function oneOfThese(wanted: readonly unknown[]): Check {
  const quick = new Set(wanted);
  const deep = wanted.filter((each) => typeof each === "object" && each !== null);
  return (value, findings) => {
    if (quick.has(value)) return true;
    if (deep.length > 0 && deep.some((each) => deepEqual(value, each))) return true;
    return findings !== undefined && refuse(findings, `one of ${preview(wanted)}`, "literal");
  };
}

const BOUNDS = {
  minimum: [">=", (value: number, limit: number) => value >= limit],
  maximum: ["<=", (value: number, limit: number) => value <= limit],
  exclusiveMinimum: [">", (value: number, limit: number) => value > limit],
  exclusiveMaximum: ["<", (value: number, limit: number) => value < limit],
} as const;

/** The checks of the keywords that look at numbers. */
export function numberChecks(schema: SchemaObject): Check[] {
  const checks: Check[] = [];
  for (const [keyword, [sign, holds]] of Object.entries(BOUNDS)) {
    const limit = limitOf(schema, keyword);
    if (typeof limit !== "number") continue;
    checks.push((value, findings) => {
      if (typeof value !== "number" || holds(value, limit)) return true;
      return refuse(findings, `a number ${sign} ${limit}`);
    });
  }
  const { multipleOf } = schema;
  if (typeof multipleOf === "number") {
    checks.push((value, findings) => {
      if (typeof value !== "number" || isMultiple(value, multipleOf)) return true;
      return refuse(findings, `a multiple of ${multipleOf}`);
    });
  }
  return checks;
}

/** What a bound is; in draft-04, an exclusive one is the bound beside it. */
function limitOf(schema: SchemaObject, keyword: string): unknown {
  const limit = schema[keyword];
  if (limit === true) return schema[keyword === "exclusiveMinimum" ? "minimum" : "maximum"];
  return limit;
}

/** The checks of the keywords that look at strings. */
export function stringChecks(schema: SchemaObject, withFormat: boolean): Check[] {
  const { minLength, maxLength, pattern, format } = schema;
  const checks: ((text: string, findings: Parameters<Check>[1]) => boolean)[] = [];
  if (typeof minLength === "number") {
    const phrase = `a string of at least ${minLength} characters`;
    checks.push((text, findings) => hasLength(text, minLength) || refuse(findings, phrase));
  }
  if (typeof maxLength === "number") {
    const phrase = `a string of at most ${maxLength} characters`;
    checks.push((text, findings) => !hasLength(text, maxLength + 1) || refuse(findings, phrase));
  }
  if (typeof pattern === "string") {
    const expression = toRegExp(pattern);
    const phrase = `a string that matches /${pattern}/`;
    checks.push((text, findings) => expression.test(text) || refuse(findings, phrase));
  }
  const fits = withFormat && typeof format === "string" ? formats.get(format) : undefined;
  if (fits) {
    const phrase = `a string of format ${format}`;
    checks.push((text, findings) => fits(text) || refuse(findings, phrase));
  }
  if (checks.length === 0) return [];
  const whole = all(checks as Check[]);
  return [(value, findings) => typeof value !== "string" || whole(value, findings)];
}

/** Whether a text has at least so many characters; a surrogate pair is one. */
function hasLength(text: string, wanted: number): boolean {
  if (text.length < wanted) return false;
  // Every character takes two units at most, so most texts need no count.
  if (text.length >= wanted * 2) return true;
  let length = 0;
  for (const _ of text) if (++length >= wanted) return true;
  return length >= wanted;
}

/** Schemas ask for Unicode expressions, but escapes that those forbid are common in them. */
export function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}
