import { validators } from "@stubwright/copilot-protocol/validators";
import { expect, test } from "vitest";
import { definitions, seed, subjects } from "./definitions.js";
import { mutations } from "./mutations.js";
import { valuesOf } from "./values.js";

/** Values made of each definition. */
const VALUES = 6;

test("values made from the schema of a method, event or callback pass in both forms", {
  timeout: 60_000,
}, () => {
  const wrong: unknown[] = [];
  for (const [subject, name] of subjects) {
    for (const value of valuesOf(name, VALUES)) {
      for (const form of ["strict", "open"] as const) {
        const issues = validators.get(name, form)(value);
        if (issues) wrong.push({ subject, form, value, issues });
      }
    }
  }
  console.log(`${subjects.size} params, results and events, ${VALUES} values each, SEED=${seed}`);
  expect(wrong.slice(0, 3), `SEED=${seed}`).toEqual([]);
});

test("each single mutation is refused with the pointer of its place", { timeout: 60_000 }, () => {
  const wrong: unknown[] = [];
  const counts: Record<string, number> = {};
  for (const [subject, name] of subjects) {
    const strict = validators.get(name, "strict");
    const open = validators.get(name, "open");
    for (const value of valuesOf(name, VALUES)) {
      for (const mutation of mutations(definitions.get(name)!, value)) {
        counts[mutation.what] = (counts[mutation.what] ?? 0) + 1;
        const found = [strict(mutation.value)?.[0]?.pointer, open(mutation.value)?.[0]?.pointer];
        const wanted = [mutation.pointer, mutation.open ? mutation.pointer : undefined];
        if (found[0] !== wanted[0] || found[1] !== wanted[1]) {
          wrong.push({ subject, ...mutation, found, wanted });
        }
      }
    }
  }
  console.log(`mutations, SEED=${seed}:`, counts);
  expect(wrong.slice(0, 3), `SEED=${seed}, ${wrong.length} in all`).toEqual([]);
});
