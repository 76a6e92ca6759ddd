import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";
import type { SchemaDocument } from "./source.js";

/** How deep JSON may be nested: some 500 objects inside each other. The phases recurse. */
const DEEPEST = 1_000;

/**
 * Refuses a document that is nested so deep that going through it would exhaust the stack.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the top of the place.
 */
export function refuseDepth({ file, json }: SchemaDocument): void {
  // Each with the member of the root that it is in; no recursion, which is what is refused.
  const open = Object.entries(json).map(([name, value]): [unknown, number, string] => [
    value,
    1,
    name,
  ]);
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth, top] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > DEEPEST) {
      throw new StubwrightError("SCHEMA_INVALID", `Nested more than ${DEEPEST} levels deep.`, {
        file,
        pointer: `/${escapePointer(top)}`,
        remedy: "Give what is inside definitions of its own, and refer to them.",
      });
    }
    for (const child of Object.values(value)) open.push([child, depth + 1, top]);
  }
}
