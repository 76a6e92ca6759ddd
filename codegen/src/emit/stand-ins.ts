import type { JsonSchema } from "../schema.js";

/**
 * Other names for members that are called like a method of every object, such as `hasOwnProperty`:
 * json-schema-to-typescript calls those methods on its input.
 */
export class StandIns {
  readonly #names: string[] = [];
  readonly #prefix: string;

  /** @param prefix - Begins each stand-in, after a character that no name of a schema has. */
  constructor(prefix: string) {
    this.#prefix = `\u{E000}${prefix}`;
  }

  /** A node with its members under names that the compiler can bear. */
  hide(node: JsonSchema): JsonSchema {
    const { properties, required } = node;
    if (!properties || !Object.keys(properties).some((name) => name in Object.prototype))
      return node;
    const members = Object.entries(properties).map(([name, member]) => [this.#for(name), member]);
    return {
      ...node,
      properties: Object.fromEntries(members),
      ...(required && { required: required.map((name) => this.#for(name)) }),
    };
  }

  /** The name that a stand-in is for. */
  nameOf(standIn: string): string | undefined {
    if (!standIn.startsWith(this.#prefix)) return undefined;
    return this.#names[Number(standIn.slice(this.#prefix.length))];
  }

  #for(name: string): string {
    if (!(name in Object.prototype)) return name;
    if (!this.#names.includes(name)) this.#names.push(name);
    return `${this.#prefix}${this.#names.indexOf(name)}`;
  }
}
