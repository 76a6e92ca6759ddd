import { StubwrightError } from "../errors.js";
import type { Union } from "../ir.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import type { TypeTable } from "./types.js";

/**
 * Reads the tagged unions that the handwritten schema names under `events`.
 *
 * @param events - Union name to its carrier, the notification and member that holds it.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` for a union that is none.
 */
export function parseUnions(events: unknown, types: TypeTable): Union[] {
  return Object.entries(isObject(events) ? events : {}).map(([id, settings]) => {
    const arms = Object.fromEntries(
      (types.types[id]?.anyOf ?? types.types[id]?.oneOf ?? []).flatMap((arm) => tagOf(arm, types)),
    );
    if (Object.keys(arms).length === 0) {
      throw new StubwrightError("SCHEMA_INVALID", `${id} is not a union told apart by its type.`, {
        pointer: `/events/${id}`,
        remedy: "Name a definition whose anyOf lists objects with a constant type.",
      });
    }
    const carrier = isObject(settings) && isObject(settings.carrier) ? settings.carrier : null;
    return {
      id,
      tagPath: ["type"],
      arms,
      open: true,
      carrier: carrier && { method: String(carrier.method), field: String(carrier.field) },
    };
  });
}

function tagOf(arm: JsonSchema, types: TypeTable): [string, string][] {
  const tag = types.resolve(arm).properties?.type?.const;
  return arm.$ref !== undefined && typeof tag === "string" ? [[tag, refName(arm.$ref)]] : [];
}
