import { validators } from "@stubwright/copilot-protocol/validators";
import { expect, test } from "vitest";
import { damage, seededRandom } from "./damage.js";
import { seed, subjects } from "./definitions.js";
import { type Oracle, openOracle, strictOracle } from "./oracle.js";
import { valuesOf } from "./values.js";

/** Damaged values of each definition. */
const VALUES = 12;
/** One definition in so many is taken, others with each seed: ajv takes its time to compile. */
const SAMPLE = 3;

test.each<["strict" | "open", () => Oracle]>([
  ["strict", strictOracle],
  ["open", openOracle],
])("ajv gives the same verdicts on damaged values: %s", { timeout: 60_000 }, (form, makeOracle) => {
  const random = seededRandom(seed);
  const oracle = makeOracle();
  const differing: unknown[] = [];
  const counts = { fit: 0, refused: 0 };
  const sample = [...subjects].filter((_, i) => (i + seed) % SAMPLE === 0);
  for (const [subject, name] of sample) {
    const validate = validators.get(name, form);
    for (const value of valuesOf(name, VALUES)) {
      const damaged = damage(value, random);
      const wanted = oracle(name, damaged);
      counts[wanted ? "fit" : "refused"]++;
      const issues = validate(damaged);
      if ((issues === undefined) !== wanted) differing.push({ subject, damaged, issues });
    }
  }
  console.log(`ajv and we agree, ${form}, SEED=${seed}:`, counts);
  expect(differing.slice(0, 3), `SEED=${seed}, ${differing.length} in all`).toEqual([]);
});
