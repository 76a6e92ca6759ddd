import { StubwrightError } from "../errors.js";
import type { Union } from "../ir.js";
import type { PlaceOf, SchemaPlace } from "../load/places.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import type { TypeTable } from "./types.js";

/**
 * Reads the tagged unions that the handwritten schema names under `events`: each with its carrier,
 * the notification and member that holds it.
 *
 * @param core - The handwritten schema.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` for a union that is none, and for an arm that its
 * type does not tell apart.
 */
export function parseUnions(
  core: SchemaDocument | undefined,
  types: TypeTable,
  placeOf: PlaceOf,
): Union[] {
  const events = isObject(core?.json.events) ? core.json.events : {};
  return Object.entries(events).map(([id, settings]) => {
    const here = { file: core?.file ?? "", pointer: `/events/${escapePointer(id)}` };
    const arms = new Arms(types, placeOf);
    arms.addUnion(types.types[id] ?? {}, placeOf(id) ?? here);
    if (arms.byTag.size === 0) {
      throw new StubwrightError("SCHEMA_INVALID", `${id} is not a union told apart by its type.`, {
        ...here,
        remedy: "Name a definition whose anyOf lists objects with a constant type.",
      });
    }
    const carrier = isObject(settings) && isObject(settings.carrier) ? settings.carrier : null;
    return {
      id,
      tagPath: ["type"],
      arms: Object.fromEntries(arms.byTag),
      open: true,
      carrier: carrier && { method: String(carrier.method), field: String(carrier.field) },
    };
  });
}

/** The arms of one union, those of unions inside it included. */
class Arms {
  /** Tag to type name. */
  readonly byTag = new Map<string, string>();
  readonly #types: TypeTable;
  readonly #placeOf: PlaceOf;

  constructor(types: TypeTable, placeOf: PlaceOf) {
    this.#types = types;
    this.#placeOf = placeOf;
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
    if (tags.length === 0) throw invalid("This arm has no constant type.", place);
    if (name === undefined) throw invalid("This arm has no name.", place);
    for (const tag of tags) {
      const other: string = this.byTag.get(tag) ?? name;
      if (other !== name) throw invalid(`${other} and ${name} have the type ${tag}.`, place);
      this.byTag.set(tag, name);
    }
  }

  /** The types that an object may have, if they are listed and the same in all of its forms. */
  #tagsOf(schema: JsonSchema): readonly string[] {
    const { properties, anyOf = [], oneOf = [], allOf = [] } = this.#types.resolve(schema);
    const type = properties?.type && this.#types.resolve(properties.type);
    const values = type?.enum ?? [type?.const];
    if (values.every((value) => typeof value === "string")) return values;
    const part = allOf.map((one) => this.#tagsOf(one)).find((tags) => tags.length > 0);
    const [form = [], ...others] = [...anyOf, ...oneOf].map((one) => this.#tagsOf(one));
    return part ?? (others.every((tags) => tags.join() === form.join()) ? form : []);
  }
}

function invalid(message: string, place: SchemaPlace): StubwrightError {
  return new StubwrightError("SCHEMA_INVALID", message, {
    ...place,
    remedy: "Give each arm of the union a definition with a constant type of its own.",
  });
}
