import { escapePointer } from "../pointer.js";
import { isSilent, type JsonSchema, refName } from "../schema.js";
import { joinTwo } from "./join.js";
import { AT, locate, placeOf } from "./locate.js";

/** The definitions of one protocol, and what the nodes in them refer to. */
export class Definitions {
  readonly #types = new Map<string, JsonSchema>();
  /** The names of definitions, and of what they were joined to. */
  readonly #names = new WeakMap<JsonSchema, string>();
  /** Nodes that were put together of several, so that each comes out the same every time. */
  readonly #joined = new WeakMap<JsonSchema, JsonSchema>();

  /** @param file - What is not known to be in a schema file is said to be in, a protocol model. */
  constructor(types: Readonly<Record<string, JsonSchema>>, file: string) {
    for (const [name, type] of Object.entries(types)) {
      const node = locate(type, `${file}#/types/${escapePointer(name)}`);
      this.#types.set(name, node);
      this.#names.set(node, name);
    }
  }

  /** Whether there is such a definition. */
  has(name: string): boolean {
    return this.#types.has(name);
  }

  /** A definition by name. */
  named(name: string): JsonSchema {
    return this.#types.get(name) ?? {};
  }

  /** The name of the definition that a resolved node is, if it is one. */
  nameOf(node: JsonSchema): string | undefined {
    return this.#names.get(node);
  }

  /** Follows references and joins `allOf`, until there is a node that says what it is by itself. */
  resolve(given: JsonSchema): JsonSchema {
    let node = given;
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      if (node.$ref !== undefined) {
        const target = this.named(refName(node.$ref));
        const beside = Object.entries(node).filter(([key]) => key !== "$ref" && !isSilent(key));
        const parts = [target, Object.fromEntries(beside)];
        node = beside.length > 0 ? this.#join(node, parts, target) : target;
      } else if (node.allOf) {
        const { allOf, ...rest } = node;
        node = this.#join(node, [...allOf.map((part) => this.resolve(part)), rest]);
      } else if (isClosedByNothingElse(node)) {
        const { unevaluatedProperties: _, ...rest } = node;
        node = this.#join(node, [rest, { additionalProperties: false }]);
      } else return node;
    }
    return { [AT]: placeOf(node) }; // A definition that is nothing but its own name has no meaning.
  }

  /** @param home - The node whose place and name the joined one has. Default the node itself. */
  #join(node: JsonSchema, parts: readonly JsonSchema[], home = node): JsonSchema {
    const known = this.#joined.get(node);
    if (known) return known;
    const joined = { ...parts.reduce(joinTwo), [AT]: placeOf(home) };
    this.#joined.set(node, joined);
    const name = this.#names.get(home);
    if (name !== undefined) this.#names.set(joined, name);
    return joined;
  }
}

const MAX_HOPS = 100;

/** Keywords whose members `unevaluatedProperties` looks at, and `additionalProperties` does not. */
const EVALUATING =
  "additionalProperties patternProperties anyOf oneOf if dependentSchemas $dynamicRef".split(" ");

/** Whether `unevaluatedProperties: false` says no more than `additionalProperties: false` would. */
function isClosedByNothingElse(node: JsonSchema): boolean {
  return node.unevaluatedProperties === false && !EVALUATING.some((key) => key in node);
}
