import fc, { type Arbitrary } from "fast-check";
import { armsOf, resolve, type Schema } from "./definitions.js";

/** How deep values branch out; below it, only what is required is made. */
const DEPTH = 3;
const made = new Map<string, Arbitrary<unknown>>();

/** Makes values that the schema describes. */
export function arbitrary(schema: Schema, depth = 0): Arbitrary<unknown> {
  if (schema.$ref === undefined) return inline(schema, depth);
  const key = `${Math.min(depth, DEPTH + 1)} ${schema.$ref}`;
  let known = made.get(key);
  if (!known) {
    known = inline(resolve(schema), depth);
    made.set(key, known);
  }
  return known;
}

function inline(schema: Schema, depth: number): Arbitrary<unknown> {
  if (Object.hasOwn(schema, "const")) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const arms = armsOf(schema);
  if (arms) {
    const shallow = depth > DEPTH ? arms.filter((arm) => resolve(arm).type !== "array") : arms;
    const chosen = depth > DEPTH ? shallow.slice(0, 1) : arms;
    return fc.oneof(...chosen.map((arm) => arbitrary(arm, depth)));
  }
  const { type } = schema;
  if (typeof type === "object") {
    return fc.oneof(...type.map((each) => ofType(each, schema, depth)));
  }
  return ofType(type, schema, depth);
}

function ofType(type: string | undefined, schema: Schema, depth: number): Arbitrary<unknown> {
  switch (type) {
    case "string":
      return ofString(schema);
    case "number":
    case "integer":
      return ofNumber(schema, type === "integer");
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return ofArray(schema, depth);
    case "object":
      return ofObject(schema, depth);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

function ofString({ format, pattern, minLength = 0, maxLength }: Schema): Arbitrary<string> {
  switch (format) {
    case "uuid":
      return fc.uuid();
    case "date-time":
      return fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") })
        .map((date) => date.toISOString());
    case "uri":
      return fc.webUrl();
    case "duration":
      return fc.constantFrom("PT1S", "P1DT2H", "P2W", "P1Y2M3DT4H5M6S");
  }
  const fits = (text: string) => {
    const { length } = [...text];
    return length >= minLength && length <= (maxLength ?? length);
  };
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, "u")).filter(fits);
  const max = Math.min(maxLength ?? minLength + 12, minLength + 12);
  return fc.string({ minLength, maxLength: max, unit: "binary" }).filter(fits);
}

function ofNumber(schema: Schema, integer: boolean): Arbitrary<number> {
  const { minimum = -1e6, maximum = 1e9 } = schema;
  const { exclusiveMinimum: above = -1e9, exclusiveMaximum: below = 1e12 } = schema;
  const least = integer ? 1 : 0.5;
  const min = Math.max(minimum, above + least);
  const max = Math.min(maximum, below - least);
  if (integer) return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  return fc.double({ min, max, noNaN: true });
}

function ofArray(schema: Schema, depth: number): Arbitrary<unknown[]> {
  const { minItems = 0, maxItems, uniqueItems } = schema;
  const more = depth > DEPTH ? 0 : 2;
  const size = {
    minLength: minItems,
    maxLength: Math.min(maxItems ?? minItems + more, minItems + more),
  };
  if (size.maxLength === 0) return fc.constant([]);
  const item = arbitrary(schema.items ?? {}, depth + 1);
  return uniqueItems
    ? fc.uniqueArray(item, { ...size, selector: (value) => JSON.stringify(value) })
    : fc.array(item, size);
}

function ofObject(schema: Schema, depth: number): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties: rest } = schema;
  const wanted = Object.entries(properties).filter(([name, member]) => {
    return required.includes(name) || (depth <= DEPTH && !resolve(member).not);
  });
  const members = Object.fromEntries(
    wanted.map(([name, member]) => [name, arbitrary(member, depth + 1)]),
  );
  const known = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
  if (rest === undefined || rest === false || depth > DEPTH) return known;
  const names = schema.propertyNames
    ? ofString(resolve(schema.propertyNames))
    : fc.stringMatching(/^x[a-z]{1,6}$/);
  const others = fc.dictionary(names, arbitrary(rest === true ? {} : rest, depth + 1), {
    minKeys: schema.minProperties ?? 0,
    maxKeys: Math.min(schema.maxProperties ?? 2, 2),
    noNullPrototype: true,
  });
  return fc.tuple(others, known).map(([more, own]) => ({ ...more, ...own }));
}
