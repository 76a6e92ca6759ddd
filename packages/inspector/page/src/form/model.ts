import type { Schema } from "../../../src/protocol.js";

/** A schema that is an object, with its references followed and its `allOf` joined. */
export type Shape = Readonly<Record<string, unknown>>;

/** How deep a value may be that is made up. Deeper, only what ends soonest is chosen. */
const DEEP = 6;
const TOO_DEEP = 24;

/** What stands in the root's `$defs`. */
export class FormModel {
  readonly root: Shape;
  readonly #definitions: Readonly<Record<string, Schema>>;

  constructor(root: Schema) {
    this.root = typeof root === "boolean" ? {} : root;
    this.#definitions = (this.root.$defs ?? {}) as Readonly<Record<string, Schema>>;
  }

  /** Follows references and joins `allOf`. */
  resolve(schema: unknown, seen: readonly string[] = []): Shape {
    if (typeof schema !== "object" || schema === null) return {};
    const { $ref, allOf, ...own } = schema as Shape;
    const parts: Shape[] = [own];
    if (typeof $ref === "string" && !seen.includes($ref)) {
      const name = decodeURIComponent($ref.replace("#/$defs/", ""));
      const target = $ref === "#" ? this.root : this.#definitions[name];
      parts.push(this.resolve(target, [...seen, $ref]));
    }
    if (Array.isArray(allOf)) for (const part of allOf) parts.push(this.resolve(part, seen));
    return parts.length === 1 ? own : parts.reduceRight(join);
  }

  /** The arms of a union; undefined if the schema is none. */
  arms(shape: Shape): readonly Shape[] | undefined {
    const given = (shape.oneOf ?? shape.anyOf) as unknown;
    if (Array.isArray(given) && given.length > 0) {
      const { oneOf: _, anyOf: __, ...common } = shape;
      return given.flatMap((arm) => {
        const joined = join(this.resolve(arm), withoutProse(common));
        return this.arms(joined) ?? [joined];
      });
    }
    if (Array.isArray(shape.type) && shape.enum === undefined) {
      return (shape.type as string[]).map((type) => ({ ...shape, type }));
    }
    return undefined;
  }

  /** The value that a new field begins with: the least that fits. */
  initial(schema: unknown, depth = 0): unknown {
    const shape = this.resolve(schema);
    if (depth > TOO_DEEP) return undefined;
    if ("const" in shape) return shape.const;
    if ("default" in shape && shape.default !== null) return shape.default;
    const examples = shape.examples as unknown;
    if (Array.isArray(examples) && examples.length > 0) return examples[0];
    if (Array.isArray(shape.enum)) return shape.enum.find((value) => value !== null) ?? null;
    const arms = this.arms(shape);
    if (arms) return this.initial(this.#best(arms, depth), depth + 1);
    switch (typeOf(shape)) {
      case "object":
        return this.#object(shape, depth);
      case "array":
        return this.#array(shape, depth);
      case "string":
        return text(shape);
      case "number":
      case "integer":
        return number(shape);
      case "boolean":
        return false;
      case "null":
        return null;
      default:
        return {};
    }
  }

  /** The arm that a value is most likely of: its constants agree, and its members are known. */
  armOf(arms: readonly Shape[], value: unknown): number {
    const scores = arms.map((arm) => this.#score(arm, value));
    return scores.indexOf(Math.max(...scores));
  }

  #score(given: Shape, value: unknown): number {
    const arm = this.resolve(given);
    if ("const" in arm) return arm.const === value ? 10 : -10;
    if (Array.isArray(arm.enum)) return arm.enum.includes(value) ? 8 : -8;
    const type = typeOf(arm);
    const actual = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    if (type !== undefined && type !== actual && !(type === "integer" && actual === "number")) {
      return -5;
    }
    if (actual !== "object") return type === undefined ? 0 : 2;
    const members = value as Readonly<Record<string, unknown>>;
    const properties = propertiesOf(arm);
    let score = 1;
    for (const [name, property] of Object.entries(properties)) {
      const shape = this.resolve(property);
      const constant = "const" in shape ? [shape.const] : (shape.enum as unknown[] | undefined);
      if (constant && name in members) score += constant.includes(members[name]) ? 5 : -20;
    }
    for (const name of requiredOf(arm)) score += name in members ? 1 : -2;
    for (const name of Object.keys(members)) score += name in properties ? 1 : -1;
    return score;
  }

  #best(arms: readonly Shape[], depth: number): Shape {
    const some = arms.filter((arm) => typeOf(this.resolve(arm)) !== "null");
    if (depth < DEEP) return (some[0] ?? arms[0]) as Shape;
    // What ends soonest, so that recursion ends.
    const plain = (arm: Shape) => !["object", "array"].includes(typeOf(this.resolve(arm)) ?? "");
    return arms.find(plain) ?? (arms.at(-1) as Shape);
  }

  #object(shape: Shape, depth: number): unknown {
    const properties = propertiesOf(shape);
    const members = requiredOf(shape).map((name) => {
      const { additionalProperties } = shape;
      return [
        name,
        this.initial(properties[name] ?? additionalProperties ?? {}, depth + 1),
      ] as const;
    });
    const value = Object.fromEntries(members);
    const least = Number(shape.minProperties ?? 0);
    const optional = Object.keys(properties).filter((name) => !(name in value));
    for (let i = 0; Object.keys(value).length < least; i++) {
      const name = optional[i] ?? `name${i}`;
      value[name] = this.initial(properties[name] ?? shape.additionalProperties ?? {}, depth + 1);
    }
    return value;
  }

  #array(shape: Shape, depth: number): unknown[] {
    const tuple = (shape.prefixItems ??
      (Array.isArray(shape.items) ? shape.items : [])) as unknown[];
    const least = Number(shape.minItems ?? 0);
    return Array.from({ length: least }, (_, i) => {
      const item = tuple[i] ?? (Array.isArray(shape.items) ? shape.additionalItems : shape.items);
      return this.initial(item ?? {}, depth + 1);
    });
  }
}

/** The type of a schema: the one that it names, or that its keywords are for. */
export function typeOf(shape: Shape): string | undefined {
  if (Array.isArray(shape.type)) return (shape.type as string[]).find((type) => type !== "null");
  if (typeof shape.type === "string") return shape.type;
  if (shape.properties || shape.required || isSchema(shape.additionalProperties)) return "object";
  if (shape.items || shape.prefixItems) return "array";
  return undefined;
}

/** The members of an object that have a name. */
export function propertiesOf(shape: Shape): Readonly<Record<string, Schema>> {
  return (shape.properties ?? {}) as Readonly<Record<string, Schema>>;
}

/** The members that have to be there. */
export function requiredOf(shape: Shape): readonly string[] {
  return Array.isArray(shape.required) ? (shape.required as string[]) : [];
}

/** What a person sees of a schema's type and bounds. */
export function hintOf(shape: Shape): string {
  const { type, format, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems } =
    shape;
  const { exclusiveMinimum, exclusiveMaximum } = shape;
  const parts = [
    Array.isArray(type) ? type.join(" or ") : typeOf(shape),
    format,
    pattern && `matches ${String(pattern)}`,
    minimum !== undefined && `at least ${String(minimum)}`,
    exclusiveMinimum !== undefined && `more than ${String(exclusiveMinimum)}`,
    maximum !== undefined && `at most ${String(maximum)}`,
    exclusiveMaximum !== undefined && `less than ${String(exclusiveMaximum)}`,
    minLength !== undefined && `${String(minLength)} or more characters`,
    maxLength !== undefined && `up to ${String(maxLength)} characters`,
    minItems !== undefined && `${String(minItems)} or more items`,
    maxItems !== undefined && `up to ${String(maxItems)} items`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** What an arm of a union is called: by its title, its constants, or its type. */
export function armName(model: FormModel, arm: Shape): string {
  const shape = model.resolve(arm);
  if (typeof shape.title === "string") return shape.title;
  if ("const" in shape) return JSON.stringify(shape.const);
  if (Array.isArray(shape.enum))
    return shape.enum.map((value) => JSON.stringify(value)).join(" | ");
  const tags = Object.entries(propertiesOf(shape)).flatMap(([name, property]) => {
    const inner = model.resolve(property);
    const value = "const" in inner ? inner.const : (inner.enum as unknown[] | undefined)?.[0];
    const isTag = "const" in inner || (inner.enum as unknown[] | undefined)?.length === 1;
    return isTag ? [`${name}: ${JSON.stringify(value)}`] : [];
  });
  if (tags.length > 0) return tags.join(", ");
  const names = requiredOf(shape);
  return names.length > 0 ? `{ ${names.join(", ")} }` : (typeOf(shape) ?? "any");
}

function isSchema(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function withoutProse({ title: _, description: __, default: ___, ...rest }: Shape): Shape {
  return rest;
}

function join(first: Shape, second: Shape): Shape {
  const merged: Record<string, unknown> = { ...second, ...first };
  if (first.properties && second.properties) {
    merged.properties = { ...(second.properties as object), ...(first.properties as object) };
  }
  if (first.required && second.required) {
    merged.required = [...new Set([...requiredOf(second), ...requiredOf(first)])];
  }
  return merged;
}

function text({ format, pattern, minLength }: Shape): string {
  const known: Readonly<Record<string, string>> = {
    uri: "https://example.com/",
    url: "https://example.com/",
    "date-time": "2030-01-01T00:00:00Z",
    date: "2030-01-01",
    uuid: "00000000-0000-4000-8000-000000000000",
    email: "someone@example.com",
    byte: "",
  };
  const value = known[String(format)] ?? "";
  if (value.length >= Number(minLength ?? 0) && pattern === undefined) return value;
  if (pattern !== undefined && !new RegExp(String(pattern), "u").test(value))
    return fitting(String(pattern));
  return value.padEnd(Number(minLength ?? 0), "x");
}

const SAMPLES = ["x", "a1", "0", "1", "https://example.com/", "/x", "x/x", "x.x", "aaaaaaaa"];

/** A text that fits the simplest patterns; others are for the person to fill in. */
function fitting(pattern: string): string {
  const words = pattern.match(/[A-Za-z][\w-]*/g) ?? [];
  const expression = new RegExp(pattern, "u");
  return [...SAMPLES, "0".repeat(40), ...words].find((text) => expression.test(text)) ?? "";
}

function number({
  minimum,
  exclusiveMinimum,
  maximum,
  exclusiveMaximum,
  type,
  multipleOf,
}: Shape): number {
  const step = typeof multipleOf === "number" ? multipleOf : 1;
  if (typeof exclusiveMinimum === "number" && exclusiveMinimum >= 0) return exclusiveMinimum + step;
  if (typeof minimum === "number" && minimum > 0)
    return type === "integer" ? Math.ceil(minimum) : minimum;
  if (typeof maximum === "number" && maximum < 0) return Math.floor(maximum);
  if (typeof exclusiveMaximum === "number" && exclusiveMaximum <= 0) return exclusiveMaximum - step;
  return 0;
}
