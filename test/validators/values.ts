import fc from "fast-check";
import { arbitrary } from "./arbitrary.js";
import { definitions, seed } from "./definitions.js";

/** Values made of a definition, as they are after a trip over the wire. */
export function valuesOf(name: string, count: number): unknown[] {
  const schema = definitions.get(name);
  if (!schema) throw new Error(`There is no definition ${name}`);
  const made = fc.sample(arbitrary(schema), { seed, numRuns: count });
  return made.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
}
