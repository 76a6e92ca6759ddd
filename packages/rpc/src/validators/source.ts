import { RpcError } from "../errors.js";
import type { Validate, ValidationForm, ValidatorSource } from "../validation.js";
import type { Documents, Place } from "./documents.js";
import { lookupIn } from "./lines.js";
import type { Definitions } from "./options.js";

/** What makes checks of places in documents. */
export interface SchemaEngine {
  readonly documents: Documents;
  /** @throws SchemaError for what cannot be checked. */
  validate(place: Place, form: ValidationForm): Validate;
}

/** Gives the checks that an engine makes of definitions by name. */
export function sourceOf(definitions: Definitions, engine: SchemaEngine): ValidatorSource {
  const lookup = lookupIn(definitions);
  // What the generator wrote has no identifiers left.
  const all = typeof definitions === "string" ? undefined : definitions;
  let find: ReturnType<Documents["addDefinitions"]> | undefined;
  return {
    get(name, form) {
      find ??= engine.documents.addDefinitions(lookup, all);
      const place = find(name);
      if (place?.schema === undefined) {
        throw new RpcError("UNKNOWN_DEFINITION", `There is no definition ${name}`);
      }
      return engine.validate(place, form);
    },
  };
}
