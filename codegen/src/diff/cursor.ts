import { escapePointer } from "../pointer.js";
import { isObject, isSilent, type JsonSchema, refName } from "../schema.js";
import { joinTwo } from "./join.js";
import { AT } from "./locate.js";
import type { Location } from "./model.js";

/** A schema node and where it stands. */
export interface Cursor {
  readonly node: JsonSchema;
  /** File, `#`, JSON Pointer. */
  readonly at: string;
  /** Name of the definition that the node is, if it is one. */
  readonly name?: string;
}

/** The definitions of one protocol, and how to move about in them. */
export class Definitions {
  readonly #types: Readonly<Record<string, JsonSchema>>;
  readonly #file: string;
  /** Nodes that were put together of several, so that each comes out the same every time. */
  readonly #joined = new WeakMap<JsonSchema, JsonSchema>();

  /** @param file - What places in the protocol model itself are said to be in. */
  constructor(types: Readonly<Record<string, JsonSchema>>, file: string) {
    this.#types = types;
    this.#file = file;
  }

  /** Whether there is such a definition. */
  has(name: string): boolean {
    return Object.hasOwn(this.#types, name);
  }

  /** A definition by name. */
  named(name: string): Cursor {
    const node = this.#types[name] ?? {};
    return { node, at: atOf(node) ?? `${this.#file}#/types/${escapePointer(name)}`, name };
  }

  /** A node below another one. */
  child({ at }: Cursor, node: JsonSchema, ...path: readonly (string | number)[]): Cursor {
    const below = path.map((part) => `/${escapePointer(String(part))}`).join("");
    return { node, at: atOf(node) ?? `${at}${below}` };
  }

  /** Follows references and joins `allOf`, until there is a node that says what it is by itself. */
  resolve(cursor: Cursor): Cursor {
    let { node, at, name } = cursor;
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      if (node.$ref !== undefined) {
        const target = this.named(refName(node.$ref));
        const beside = narrowing(node);
        name = target.name;
        at = target.at;
        node = beside ? this.#join(node, [target.node, beside]) : target.node;
      } else if (node.allOf) {
        const { allOf, ...rest } = node;
        const parts = allOf.map((part) => this.resolve(this.child({ node, at }, part)).node);
        node = this.#join(node, [...parts, rest]);
      } else if (isClosedByNothingElse(node)) {
        const { unevaluatedProperties: _, ...rest } = node;
        node = this.#join(node, [rest, { additionalProperties: false }]);
      } else return name === undefined ? { node, at } : { node, at, name };
    }
    return { node: {}, at }; // A definition that is nothing but its own name has no meaning.
  }

  /** A key for a node that is the same whenever the same node is met. */
  #join(key: JsonSchema, parts: readonly JsonSchema[]): JsonSchema {
    const known = this.#joined.get(key);
    if (known) return known;
    const joined = parts.reduce(joinTwo);
    this.#joined.set(key, joined);
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

function narrowing(node: JsonSchema): JsonSchema | undefined {
  const entries = Object.entries(node).filter(([key]) => key !== "$ref" && !isSilent(key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function atOf(node: JsonSchema): string | undefined {
  const at = node[AT];
  return typeof at === "string" ? at : undefined;
}

/** A cursor's place as it is reported. */
export function locationOf({ at }: { readonly at: string }): Location {
  const hash = at.indexOf("#");
  return { file: at.slice(0, hash), pointer: at.slice(hash + 1) };
}

/** Whether a value is a schema and not a list of them, nor true or false. */
export function isSchema(value: unknown): value is JsonSchema {
  return isObject(value);
}
