import { isObject } from "../schema.js";
import { refusePart, textOf } from "./local.js";
import { at, type Places } from "./places.js";

/** A type of the meta model. */
type MetaType = Record<string, unknown>;

const BASE: Readonly<Record<string, object>> = {
  URI: { type: "string" },
  DocumentUri: { type: "string" },
  RegExp: { type: "string" },
  string: { type: "string" },
  integer: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  uinteger: { type: "integer", minimum: 0, maximum: 2 ** 31 - 1 },
  decimal: { type: "number" },
  boolean: { type: "boolean" },
  null: { type: "null" },
};

/** A structure, by its name, with its place in the file. */
export interface Structure {
  readonly value: Record<string, unknown>;
  readonly pointer: string;
}

/** Translates types of the LSP meta model to JSON Schema, and notes where each part stands. */
export class TypeTranslator {
  readonly #file: string;
  readonly #structures: ReadonlyMap<string, Structure>;
  readonly #places: Places;

  constructor(file: string, structures: ReadonlyMap<string, Structure>, places: Places) {
    this.#file = file;
    this.#structures = structures;
    this.#places = places;
  }

  /**
   * Translates a type.
   *
   * @param from - Its place in the file.
   * @param to - The place of its schema.
   */
  type(type: unknown, from: string, to: string): object {
    this.#places.put(to, from);
    const given = isObject(type) ? type : this.#refuse(from, "Expected a type.");
    const list = (keyword: string) =>
      this.#list(given, "items", from).map((item, index) =>
        this.type(item, at(from, "items", index), at(to, keyword, index)),
      );
    switch (given.kind) {
      case "base":
        return BASE[`${given.name}`] ?? this.#refuse(from, `Unknown base type "${given.name}".`);
      case "reference":
        return { $ref: `#${at("", "definitions", `${given.name}`)}` };
      case "array":
        return {
          type: "array",
          items: this.type(given.element, at(from, "element"), at(to, "items")),
        };
      case "map": {
        const value = this.type(given.value, at(from, "value"), at(to, "additionalProperties"));
        return { type: "object", additionalProperties: value };
      }
      case "or":
        return { anyOf: list("anyOf") };
      case "and":
        return { allOf: list("allOf") };
      case "tuple": {
        const items = list("items");
        return { type: "array", items, additionalItems: false, minItems: items.length };
      }
      case "literal":
        return isObject(given.value)
          ? this.object(given.value, at(from, "value"), to)
          : this.#refuse(from, "Expected a literal type.");
      case "stringLiteral":
      case "integerLiteral":
      case "booleanLiteral":
        return { const: given.value };
      default:
        return this.#refuse(from, `Unknown kind of type "${given.kind}".`);
    }
  }

  /** Translates a structure: its members, those of what it extends included. */
  object(structure: Record<string, unknown>, from: string, to: string): object {
    const members = new Map<string, Structure>();
    this.#collect(structure, from, members, new Set());
    const properties = [...members].map(([name, { value, pointer }]) => {
      const schema = this.type(value.type, at(pointer, "type"), at(to, "properties", name));
      return [name, { ...schema, ...proseOf(value) }] as const;
    });
    const required = [...members].flatMap(([name, { value }]) =>
      value.optional === true ? [] : [name],
    );
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      ...proseOf(structure),
    };
  }

  /** Members of a structure; those of its own come last and count. */
  #collect(
    structure: Record<string, unknown>,
    from: string,
    members: Map<string, Structure>,
    seen: Set<string>,
  ): void {
    for (const list of ["extends", "mixins"]) {
      for (const [index, base] of this.#list(structure, list, from).entries()) {
        const name = isObject(base) ? `${base.name}` : "";
        const found = this.#structures.get(name);
        if (!found) this.#refuse(at(from, list, index), `There is no structure "${name}".`);
        if (!found || seen.has(name)) continue;
        this.#collect(found.value, found.pointer, members, new Set([...seen, name]));
      }
    }
    for (const [index, member] of this.#list(structure, "properties", from).entries()) {
      const pointer = at(from, "properties", index);
      if (!isObject(member)) this.#refuse(pointer, "Expected a member.");
      const value = member as Record<string, unknown>;
      members.set(`${value.name}`, { value, pointer });
    }
  }

  #list(node: MetaType, name: string, from: string): unknown[] {
    const { [name]: list = [] } = node;
    return Array.isArray(list) ? list : this.#refuse(at(from, name), "Expected a list.");
  }

  #refuse(pointer: string, message: string): never {
    return refusePart(this.#file, pointer, message, "Correct the meta model.");
  }
}

/** What is said of a part beside its meaning. */
export function proseOf(node: Record<string, unknown>): Record<string, unknown> {
  const description = textOf(node, "documentation");
  return {
    ...(description && { description }),
    ...(node.deprecated !== undefined && { deprecated: true }),
  };
}
