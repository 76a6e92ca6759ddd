import { armsOf, resolve, type Schema } from "./definitions.js";

/** A value with one thing wrong in it. */
export interface Mutation {
  /** What was done to it. */
  readonly what: string;
  /** Where the validator has to find it. */
  readonly pointer: string;
  readonly value: unknown;
  /** Whether the open form refuses it as well. */
  readonly open: boolean;
}

/** Every JSON type. */
const ANY = new Set(["null", "boolean", "integer", "number", "string", "array", "object"]);

type Put = (value: unknown) => unknown;

/** Every way to break a valid value in one place, as far as its schema tells which arm is meant. */
export function mutations(
  schema: Schema,
  value: unknown,
  pointer = "",
  put: Put = (whole) => whole,
  accepted = typesOf(schema) ?? ANY,
): Mutation[] {
  const target = resolve(schema);
  const list: Mutation[] = [];
  const add = (what: string, wrong: unknown, open = true, at = "") => {
    list.push({ what, pointer: pointer + at, value: put(wrong), open });
  };
  for (const wrong of [0.5, true, "\u00a7", ["\u00a7"]]) {
    if (!accepted.has(typeOf(wrong))) add(`${typeOf(wrong)} instead`, wrong);
  }
  const arms = armsOf(target);
  if (arms) {
    const arm = armOf(arms, value);
    // Which types are wrong is for the union to say, as it was above.
    return arm ? [...list, ...mutations(arm, value, pointer, put, ANY)] : list;
  }
  if (Object.hasOwn(target, "const") || target.enum) {
    if (typeof value === "string") add("unknown literal", `${value}\u00a7`);
  } else if (typeof value === "string") breakString(target, value, add);
  else if (typeof value === "number") breakNumber(target, add);
  else if (Array.isArray(value)) {
    breakArray(target, value, add);
    value.forEach((item, i) => {
      const putItem: Put = (wrong) => put(value.with(i, wrong));
      list.push(...mutations(target.items ?? {}, item, `${pointer}/${i}`, putItem));
    });
  } else if (typeof value === "object" && value !== null) {
    list.push(...breakObject(target, value as Record<string, unknown>, pointer, put));
  }
  return list;
}

type Add = (what: string, wrong: unknown, open?: boolean) => void;

function breakString(schema: Schema, value: string, add: Add): void {
  const { minLength = 0, maxLength, pattern, format } = schema;
  if (minLength > 0) add("too short", [...value].slice(0, minLength - 1).join(""));
  // Past its limit with what is there already, so that a pattern is not what fails first.
  if (maxLength !== undefined) add("too long", value.padEnd(2 * maxLength + 2, value || "x"));
  if (pattern !== undefined) {
    const wrong = ["\n", "", "\u00a7", "/"].find((text) => !new RegExp(pattern, "u").test(text));
    if (wrong !== undefined) add("off the pattern", wrong);
  }
  if (format !== undefined) add("off the format", "\u00a7".repeat(Math.max(minLength, 1)), false);
}

function breakNumber(schema: Schema, add: Add): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined) add("below the minimum", minimum - 1);
  if (maximum !== undefined) add("above the maximum", maximum + 1);
  if (exclusiveMinimum !== undefined) add("at the exclusive minimum", exclusiveMinimum);
  if (exclusiveMaximum !== undefined) add("at the exclusive maximum", exclusiveMaximum);
}

function breakArray(schema: Schema, value: readonly unknown[], add: Add): void {
  const { minItems = 0, maxItems, uniqueItems } = schema;
  if (minItems > 0) add("too few items", value.slice(0, minItems - 1));
  if (value.length === 0) return;
  if (maxItems !== undefined && !uniqueItems) {
    add(
      "too many items",
      Array.from({ length: maxItems + 1 }, () => value[0]),
    );
  }
  if (uniqueItems) add("an item twice", [...value.slice(0, 1), ...value].slice(0, 2));
}

function breakObject(
  schema: Schema,
  value: Record<string, unknown>,
  pointer: string,
  put: Put,
): Mutation[] {
  const { properties = {}, required = [], additionalProperties: rest } = schema;
  const list: Mutation[] = [];
  const at = (name: string) => `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  for (const name of required) {
    const { [name]: _, ...without } = value;
    list.push({ what: "without it", pointer: at(name), value: put(without), open: true });
  }
  if (rest === false) {
    const more = put({ ...value, "new/member": 1 });
    list.push({ what: "unknown member", pointer: at("new/member"), value: more, open: false });
  }
  for (const [name, member] of Object.entries(value)) {
    const inner = properties[name] ?? (typeof rest === "object" ? rest : {});
    const putMember: Put = (wrong) => put({ ...value, [name]: wrong });
    list.push(...mutations(inner, member, at(name), putMember));
    const types = typesOf(inner);
    if (types && !types.has("null") && name in properties && !required.includes(name)) {
      const withNull = putMember(null);
      list.push({ what: "null for optional", pointer: at(name), value: withNull, open: false });
    }
  }
  return list;
}

/** The one arm that a value can be meant for: by its tag, or by its type if no other has that. */
function armOf(arms: readonly Schema[], value: unknown): Schema | undefined {
  const fitting = arms.filter((arm) => typesOf(arm)?.has(typeOf(value)) ?? true);
  if (fitting.length === 1) return fitting[0];
  if (fitting.length !== arms.length || typeOf(value) !== "object") return undefined;
  const members = resolve(arms[0]!).properties ?? {};
  const tag = Object.keys(members).find((name) => {
    const literals = arms.map((arm) => {
      const target = resolve(arm);
      return target.required?.includes(name) ? target.properties?.[name]?.const : undefined;
    });
    const strings = literals.filter((literal) => typeof literal === "string");
    return new Set(strings).size === arms.length;
  });
  if (tag === undefined) return undefined;
  const named = (value as Record<string, unknown>)[tag];
  return arms.find((arm) => resolve(arm).properties?.[tag]?.const === named);
}

/** The JSON types that a schema accepts; undefined if any. */
function typesOf(schema: Schema): Set<string> | undefined {
  const target = resolve(schema);
  const { type, enum: listed, const: literal } = target;
  if (type !== undefined) {
    const types = new Set(typeof type === "string" ? [type] : type);
    return types.has("number") ? types.add("integer") : types;
  }
  if (listed || literal !== undefined) return new Set((listed ?? [literal]).map(typeOf));
  const all = armsOf(target)?.map(typesOf);
  if (!all) return undefined;
  if (all.includes(undefined)) return undefined;
  return new Set(all.flatMap((types) => [...types!]));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
