import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";
import { type JsonSchema, refName } from "../schema.js";
import type { PlaceOf } from "./places.js";

/**
 * Checks that no definition is only another name of itself, directly or by way of others: such a
 * type has no meaning. Recursion through members or items is fine.
 *
 * @param placeOf - Finds where a definition stands.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` that names the way round.
 */
export function checkCircles(
  definitions: Readonly<Record<string, JsonSchema>>,
  placeOf: PlaceOf = () => undefined,
): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(" -> ");
      throw new StubwrightError("SCHEMA_INVALID", `Circular reference: ${circle}.`, {
        ...(placeOf(name) ?? { pointer: `/definitions/${escapePointer(name)}` }),
        remedy: "Say what values of one of them look like.",
      });
    }
    if (done.has(name)) return;
    for (const other of aliases(definitions[name] ?? {})) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(definitions)) visit(name, []);
}

/** The definitions that a schema is, or is one of, without anything around them. */
function aliases(schema: JsonSchema): string[] {
  const arms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = typeof schema.$ref === "string" ? [refName(schema.$ref)] : [];
  return [...own, ...arms.flatMap(aliases)];
}
