import { StubwrightError } from "../errors.js";
import type { Union } from "../ir.js";
import type { PlaceOf, SchemaPlace } from "../load/places.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import type { TypeTable } from "./types.js";

/**
 * Reads the tagged unions that the handwritten schema names under `events`, or that a format found:
 * each with its carrier, the notification and member that holds it.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` for a union that is none, and for an arm that its
 * type does not tell apart.
 */
export function parseUnions(
  documents: readonly SchemaDocument[],
  types: TypeTable,
  placeOf: PlaceOf,
): Union[] {
  const unions = new Map<string, Union>();
  for (const document of documents) {
    const { role, json, settings } = document;
    const events = role === "handwritten" ? json.events : settings?.events;
    for (const [id, carried] of Object.entries(isObject(events) ? events : {})) {
      // A file with several maps of definitions is several documents by now.
      if (unions.has(id)) continue;
      const given = isObject(carried) ? carried : {};
      unions.set(id, parseUnion(id, given, document, types, placeOf));
    }
  }
  return [...unions.values()];
}

function parseUnion(
  id: string,
  { tag = "type", carrier }: Record<string, unknown>,
  { file }: SchemaDocument,
  types: TypeTable,
  placeOf: PlaceOf,
): Union {
  const tagPath = [tag].flat().map(String);
  const here = { file, pointer: `/events/${escapePointer(id)}` };
  const arms = new Arms(types, placeOf, tagPath);
  arms.addUnion(types.types[id] ?? {}, placeOf(id) ?? here);
  if (arms.byTag.size === 0) {
    const name = tagPath.join("/");
    throw new StubwrightError("SCHEMA_INVALID", `${id} is not a union told apart by its ${name}.`, {
      ...here,
      remedy: `Name a definition whose anyOf lists objects with a constant ${name}.`,
    });
  }
  return {
    id,
    tagPath,
    arms: Object.fromEntries(arms.byTag),
    open: true,
    carrier: isObject(carrier)
      ? { method: String(carrier.method), field: String(carrier.field) }
      : null,
  };
}

/** The arms of one union, those of unions inside it included. */
class Arms {
  /** Tag to type name. */
  readonly byTag = new Map<string, string>();
  readonly #types: TypeTable;
  readonly #placeOf: PlaceOf;
  readonly #tagPath: readonly string[];

  constructor(types: TypeTable, placeOf: PlaceOf, tagPath: readonly string[]) {
    this.#types = types;
    this.#placeOf = placeOf;
    this.#tagPath = tagPath;
  }

  addUnion(union: JsonSchema, { file, pointer }: SchemaPlace): void {
    for (const keyword of ["anyOf", "oneOf"] as const) {
      for (const [index, arm] of (union[keyword] ?? []).entries()) {
        this.#addArm(arm, { file, pointer: `${pointer}/${keyword}/${index}` });
      }
    }
  }

  /** @param name - The first definition by which the arm is referred to. */
  #addArm(arm: JsonSchema, place: SchemaPlace, name?: string): void {
    if (arm.$ref !== undefined) {
      const other = refName(arm.$ref);
      this.#addArm(this.#types.types[other] ?? {}, this.#placeOf(other) ?? place, name ?? other);
      return;
    }
    const tags = this.#tagsOf(arm);
    if (tags.length === 0 && (arm.anyOf || arm.oneOf)) {
      this.addUnion(arm, place);
      return;
    }
    if (tags.length === 0 && this.#takesAnyTag(arm)) return;
    if (tags.length === 0) throw this.#invalid("This arm has no constant $tag.", place);
    if (name === undefined) throw this.#invalid("This arm has no name.", place);
    for (const tag of tags) {
      const other: string = this.byTag.get(tag) ?? name;
      if (other !== name) throw this.#invalid(`${other} and ${name} have the $tag ${tag}.`, place);
      this.byTag.set(tag, name);
    }
  }

  /** The tags that an object may have, if they are listed and the same in all of its forms. */
  #tagsOf(schema: JsonSchema, path = this.#tagPath): readonly string[] {
    const resolved = this.#types.resolve(schema);
    const { properties, anyOf = [], oneOf = [], allOf = [] } = resolved;
    const [name, ...inside] = path;
    const member = name === undefined ? undefined : properties?.[name];
    const values = name === undefined ? (resolved.enum ?? [resolved.const]) : [];
    const own = member ? this.#tagsOf(member, inside) : values;
    if (own.length > 0 && own.every((value) => typeof value === "string")) return own;
    const part = allOf.map((one) => this.#tagsOf(one, path)).find((tags) => tags.length > 0);
    const [form = [], ...others] = [...anyOf, ...oneOf].map((one) => this.#tagsOf(one, path));
    return part ?? (others.every((tags) => tags.join() === form.join()) ? form : []);
  }

  /** Whether an arm is one for tags to come: any string but those of others. All unions are open to those. */
  #takesAnyTag(arm: JsonSchema): boolean {
    if (arm.not === undefined) return false;
    const tag = this.#tagPath.reduce<JsonSchema | undefined>((node, name) => {
      const member = node && this.#types.resolve(node).properties?.[name];
      return member && this.#types.resolve(member);
    }, arm);
    return tag?.type === "string" && tag.enum === undefined && this.#tagPath.length > 0;
  }

  #invalid(message: string, place: SchemaPlace): StubwrightError {
    const name = this.#tagPath.join("/");
    return new StubwrightError("SCHEMA_INVALID", message.replace("$tag", name), {
      ...place,
      remedy: `Give each arm of the union a definition with a constant ${name} of its own.`,
    });
  }
}
