import type { ValidationForm } from "../validation.js";
import { tupleOf } from "./arrays.js";
import { InPlace } from "./circular.js";
import type { Documents, Place } from "./documents.js";
import { type Frame, inside, type Reading, readFrame, references } from "./frame.js";
import type { SchemaObject } from "./json-schema.js";
import { KEYWORDS, type SchemaPlace } from "./keywords.js";
import { OUTSIDE } from "./scope.js";
import { Targets } from "./targets.js";
import { UNEVALUATED, type UnevaluatedKeyword } from "./unevaluated.js";

/**
 * Gives what to write for an `unevaluated` keyword, from the name of the schema of the parts that no
 * other keyword has looked at.
 */
export type WriteUnevaluated = (
  reading: Reading,
  keyword: UnevaluatedKeyword,
  rest: string,
) => unknown;

/**
 * Writes schemas of any dialect and form as plain ones of 2020-12: each that a reference leads to
 * under a name of its own, with references by those names only, and what the open form means put in
 * keywords. Any engine can check them.
 */
export class Flattener {
  readonly #documents: Documents;
  readonly #formats: boolean;
  readonly #add: (name: string, schema: unknown) => void;
  readonly #unevaluated: WriteUnevaluated;
  readonly #names = new Targets<{ readonly name: string }>();
  readonly #inPlace = new InPlace();
  readonly #pending: (() => void)[] = [];
  #count = 0;

  /**
   * @param formats - Whether formats are assertions in the strict form.
   * @param add - Told of each schema by its name.
   * @param unevaluated - What to write for keywords whose meaning depends on all others.
   */
  constructor(
    documents: Documents,
    formats: boolean,
    add: (name: string, schema: unknown) => void,
    unevaluated: WriteUnevaluated,
  ) {
    this.#documents = documents;
    this.#formats = formats;
    this.#add = add;
    this.#unevaluated = unevaluated;
  }

  /**
   * Writes a schema and all that it refers to.
   *
   * @returns Its name.
   * @throws SchemaError for what cannot be checked.
   */
  flatten(place: Place, form: ValidationForm): string {
    try {
      const root = { ...place, form, scope: OUTSIDE, target: undefined };
      const name = this.#name(root, root);
      while (this.#pending.length > 0) for (const write of this.#pending.splice(0)) write();
      this.#inPlace.verify();
      return name;
    } catch (error) {
      // Who asks again gets the same answer.
      this.#names.clear();
      this.#pending.length = 0;
      throw error;
    }
  }

  #name(frame: Frame, from: Place): string {
    const target = this.#names.get(frame, () => {
      const made = { name: `schema-${++this.#count}` };
      this.#pending.push(() => this.#add(made.name, this.#write({ ...frame, target: made })));
      return made;
    });
    if (frame.target) this.#inPlace.add(frame.target, target, from);
    return target.name;
  }

  #write(frame: Frame): unknown {
    if (typeof frame.schema === "boolean") return frame.schema;
    const reading = readFrame(frame, this.#documents);
    const { here, schema } = reading;
    const inner = (value: unknown, place: SchemaPlace, form = here.form) => {
      return this.#write(inside(here, value, place, form));
    };
    const out = { ...copied(schema), ...nested(schema, inner) };
    const more: SchemaObject[] = references(reading, this.#documents).map((target) => ({
      $ref: this.#name(target, here),
    }));
    bounds(out, schema);
    tuples(out, schema, inner);
    contains(out, more, schema, inner, here);
    condition(out, more, schema, inner);
    for (const name of UNEVALUATED) {
      if (schema[name] === undefined) continue;
      const rest = this.#name(inside(here, schema[name], [name], here.form), here);
      out[name] = this.#unevaluated(reading, name, rest);
    }
    if (here.form === "open") open(out, more, schema);
    members(out);
    if (Array.isArray(out.enum) && out.enum.length === 0) {
      delete out.enum;
      more.push({ not: {} });
    }
    const asserted = this.#formats || here.resource.dialect.assertsFormats === true;
    if (here.form === "open" || !asserted) delete out.format;
    if (more.length > 0) out.allOf = [...((out.allOf as unknown[]) ?? []), ...more];
    return schema.nullable === true ? { anyOf: [{ type: "null" }, out] } : out;
  }
}

type Written = Record<string, unknown>;
type Inner = (schema: unknown, place: SchemaPlace, form?: ValidationForm) => unknown;

/** What stays as it is: the words of the validation vocabulary, and those of an engine's plugins. */
function copied(schema: SchemaObject): Written {
  const kept = Object.entries(schema).filter(([name]) => {
    const keyword = KEYWORDS.get(name);
    if (!keyword) return !name.startsWith("x-");
    return keyword.vocabulary === "validation" || keyword.vocabulary === "format";
  });
  return Object.fromEntries(kept);
}

/** The keywords that hold schemas, apart from those whose meaning depends on others. */
function nested(schema: SchemaObject, inner: Inner): Written {
  const out: Written = {};
  for (const [name, value] of Object.entries(schema)) {
    const keyword = KEYWORDS.get(name);
    if (keyword?.vocabulary !== "applicator" || /items|contains/i.test(name)) continue;
    // Conditions are not opened: that would refuse more and not less.
    const form = name === "not" || name === "if" ? "strict" : undefined;
    if (keyword.value === "schema") out[name] = inner(value, [name], form);
    else if (keyword.value === "schemas") {
      out[name] = (value as unknown[]).map((item, i) => inner(item, [name, i]));
    } else {
      const members = Object.entries(value as object).map(([key, item]) => {
        return [key, Array.isArray(item) ? item : inner(item, [name, key])];
      });
      out[name] = Object.fromEntries(members);
    }
  }
  return out;
}

/** The exclusive bounds of draft-04. */
function bounds(out: Written, schema: SchemaObject): void {
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    delete out[exclusive];
    if (schema[exclusive] === true && schema[bound] !== undefined) out[exclusive] = schema[bound];
  }
}

function tuples(out: Written, schema: SchemaObject, inner: Inner): void {
  const { first, firstIn, rest, restIn } = tupleOf(schema);
  if (first.length > 0) out.prefixItems = first.map((item, i) => inner(item, [firstIn, i]));
  if (rest !== undefined) out.items = inner(rest, [restIn]);
}

/** In the open form more items count for the minimum, and no more than before for the maximum. */
function contains(
  out: Written,
  more: SchemaObject[],
  schema: SchemaObject,
  inner: Inner,
  { resource }: Frame,
): void {
  const { contains: wanted, minContains = 1, maxContains } = schema;
  delete out.minContains;
  delete out.maxContains;
  if (wanted === undefined) return;
  const least = { contains: inner(wanted, ["contains"]), minContains };
  // Up to 2019-09 it evaluates nothing.
  // Apart from the schema's other keywords, since ajv forgets the minimum beside `prefixItems`.
  more.push(resource.dialect.draft < 2020 ? { not: { not: least } } : least);
  if (maxContains === undefined) return;
  more.push({
    not: { not: { contains: inner(wanted, ["contains"], "strict"), minContains: 0, maxContains } },
  });
}

/**
 * A condition as two alternatives, since ajv forgets what a condition without both branches
 * evaluates. In the open form, what meets it only when that is opened may go either way.
 */
function condition(out: Written, more: SchemaObject[], schema: SchemaObject, inner: Inner): void {
  if (out.if === undefined) return;
  const { if: test, then: yes = true, else: no = true } = out;
  const met = { allOf: [inner(schema.if, ["if"]), yes] };
  more.push({ anyOf: [met, { allOf: [{ not: test }, no] }] });
  for (const name of ["if", "then", "else"]) delete out[name];
}

/** A member called `__proto__`, which ajv leaves out, goes by a pattern. */
function members(out: Written): void {
  const properties = out.properties as Written | undefined;
  if (!properties || !Object.hasOwn(properties, "__proto__")) return;
  const { ["__proto__"]: member, ...rest } = properties;
  out.properties = rest;
  const patterns = (out.patternProperties ?? {}) as Written;
  const known = patterns["^__proto__$"];
  const both = known === undefined ? member : { allOf: [known, member] };
  out.patternProperties = { ...patterns, "^__proto__$": both };
}

/** What the open form lets through. */
function open(out: Written, more: SchemaObject[], schema: SchemaObject): void {
  if (out.additionalProperties === false) out.additionalProperties = true;
  if (out.oneOf !== undefined) {
    more.push({ anyOf: out.oneOf });
    delete out.oneOf;
  }
  if (out.properties !== undefined) {
    const required = new Set(schema.required as string[] | undefined);
    const members = Object.entries(out.properties as object).map(([name, member]) => {
      return [name, required.has(name) ? member : { anyOf: [{ type: "null" }, member] }];
    });
    out.properties = Object.fromEntries(members);
  }
}
