import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";

/** A string, or an integer of so many digits that a double may not hold it. */
const LONG_INTEGERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** A number that may be beyond what a double holds. */
const LARGE = /\d[eE]\+?\d{3}/;

/** Keywords whose values have to be exact. A bound that is rounded bounds the same doubles. */
const EXACT: ReadonlySet<string> = new Set(["const", "enum"]);

/**
 * Refuses numbers that JavaScript reads as others: integers in `const` and `enum` that a double does
 * not hold, and anything beyond its range.
 *
 * @param text - The text that the JSON was read from.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function refuseRoundedNumbers(file: string, text: string, json: unknown): void {
  const rounded = new Map<number, string>();
  for (const [token] of text.matchAll(LONG_INTEGERS)) {
    if (token.startsWith('"') || BigInt(token) === BigInt(Number(token))) continue;
    rounded.set(Number(token), token);
  }
  if (rounded.size === 0 && !LARGE.test(text)) return;
  const visit = (value: unknown, pointer: string, exact: boolean): void => {
    if (typeof value === "number") {
      const lost = Number.isFinite(value) ? exact && rounded.get(value) : "A number beyond 1e308";
      if (!lost) return;
      throw new StubwrightError("SCHEMA_INVALID", `${lost} is no number that JavaScript has.`, {
        file,
        pointer,
        remedy: "Describe it as a string, or leave it out.",
      });
    }
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      visit(child, `${pointer}/${escapePointer(key)}`, exact || EXACT.has(key));
    }
  };
  visit(json, "", false);
}
