import type { JsonSchema } from "@stubwright/rpc/validators";

// ajv takes the names that every object inherits for evaluated: they have tests of their own.
const NAMES = ["a", "b", "ab", "c"];
const LEAVES: readonly unknown[] = [
  ...[null, true, false, 0, 1, 2, 2.5, -1, 0.3, 19.99, "", "a", "ab", "abc", "\u{1f600}"],
];

/** What may stand in a schema. */
interface Allowed {
  /** References: not where they could be circular. */
  readonly refers: boolean;
  /** `unevaluatedProperties`: not below others for the same value, which ajv gets wrong. */
  readonly unevaluated: boolean;
}

const BARE: Allowed = { refers: false, unevaluated: false };

/** Makes random schemas of 2020-12, and values that have a chance to fit them. */
export class RandomSchemas {
  readonly #random: () => number;
  readonly #full: Allowed;

  /** @param unevaluated - Whether they may have `unevaluatedProperties`. */
  constructor(random: () => number, unevaluated: boolean) {
    this.#random = random;
    this.#full = { refers: true, unevaluated };
  }

  /** A document with definitions that refer to each other by pointer and anchor. */
  document(): JsonSchema {
    const names = ["one", "two"];
    const $defs = Object.fromEntries(
      names.map((name) => [name, { $anchor: `${name}-anchor`, ...this.#keywords(2, BARE) }]),
    );
    return { $defs, ...this.#keywords(3, this.#full) };
  }

  /** @param depth - How deep it may be. */
  value(depth = 3): unknown {
    const kind = this.#below(depth > 0 ? 5 : 2);
    if (kind < 2) return this.#pick(LEAVES);
    if (kind === 2) return Array.from({ length: this.#below(4) }, () => this.value(depth - 1));
    const members = this.#some(NAMES).map((name) => [name, this.value(depth - 1)]);
    return Object.fromEntries(members);
  }

  #schema(depth: number, may: Allowed): JsonSchema {
    if (depth <= 0 || this.#below(12) === 0) return this.#pick<JsonSchema>([true, false, {}, {}]);
    return this.#keywords(depth, may);
  }

  #keywords(depth: number, may: Allowed): Record<string, unknown> {
    const makers = this.#makers(depth, may);
    const chosen = Array.from({ length: 1 + this.#below(3) }, () => this.#pick(makers)());
    return Object.assign({}, ...chosen) as Record<string, unknown>;
  }

  #makers(depth: number, may: Allowed): readonly (() => Record<string, unknown>)[] {
    // Members and items are another value, so references below them cannot be circular.
    const part = () => this.#schema(depth - 1, this.#full);
    const same = () => this.#schema(depth - 1, { ...may, unevaluated: false });
    const list = () => Array.from({ length: 1 + this.#below(3) }, same);
    const map = (make: () => unknown, names = NAMES) =>
      Object.fromEntries(this.#some(names).map((name) => [name, make()]));
    return [
      () => ({ type: this.#pick(["string", "integer", "number", "object", "array", "boolean"]) }),
      () => ({ type: ["object", this.#pick(["null", "array", "string"])] }),
      () => ({ enum: [this.#pick(LEAVES), this.value(1), this.value(1)] }),
      () => ({ const: this.value(1) }),
      () => ({ minimum: this.#below(3), exclusiveMaximum: 2 + this.#below(3) }),
      () => ({ multipleOf: this.#pick([1, 0.5, 2]) }),
      () => ({ minLength: this.#below(3), maxLength: 1 + this.#below(3) }),
      () => ({ pattern: this.#pick(["^a", "b$", "^\\p{L}*$"]) }),
      () => ({ prefixItems: [part(), part()] }),
      () => ({ items: part(), uniqueItems: this.#below(2) === 0 }),
      // In a schema of its own: ajv forgets the minimum beside `prefixItems`.
      () => ({
        allOf: [{ contains: part(), minContains: this.#below(3), maxContains: 1 + this.#below(3) }],
      }),
      () => ({ minItems: this.#below(2), maxItems: 1 + this.#below(3) }),
      () => ({ properties: map(part), required: this.#some(NAMES) }),
      () => ({ properties: map(part), additionalProperties: part() }),
      () => ({ patternProperties: map(part, ["^a", "b$"]) }),
      () => ({ propertyNames: { maxLength: 1 + this.#below(3) } }),
      () => ({ minProperties: this.#below(2), maxProperties: 1 + this.#below(3) }),
      () => ({ dependentRequired: map(() => this.#some(NAMES)) }),
      () => ({ dependentSchemas: map(same) }),
      () => ({ allOf: list() }),
      () => ({ anyOf: list() }),
      () => ({ oneOf: list() }),
      () => ({ not: same() }),
      () => Object.fromEntries(["if", "then", "else"].map((name) => [name, same()])),
      ...(may.unevaluated
        ? [
            () => ({ properties: map(part), unevaluatedProperties: part() }),
            () => ({ allOf: list(), unevaluatedProperties: this.#pick([false, part()]) }),
            () => ({ anyOf: list(), unevaluatedProperties: this.#pick([false, part()]) }),
          ]
        : []),
      ...(may.refers
        ? ["#/$defs/one", "#/$defs/two", "#one-anchor", "#two-anchor"].map(($ref) => () => ({
            $ref,
          }))
        : []),
    ];
  }

  #some(names: readonly string[]): string[] {
    return names.filter(() => this.#below(2) === 0);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
