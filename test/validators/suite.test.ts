import { createAjvValidator } from "@stubwright/rpc/ajv";
import {
  createValidator,
  type JsonSchema,
  type ValidatorOptions,
} from "@stubwright/rpc/validators";
import { describe, expect, test } from "vitest";
import { type Draft, FOLDERS, groupsOf, HOW, type Part, suite, suiteDocuments } from "./suite.js";
import { expected } from "./suite-expected.js";

if (!suite) console.log(HOW);

type Make = typeof createValidator;

/** What fails, by file and group, with the number of values. */
function failures(make: Make, draft: Draft, part: Part) {
  const failed: Record<string, number> = {};
  const counts = { total: 0, passed: 0, acceptsInvalid: 0 };
  // Formats are annotations, unless the part of the suite is about their assertion.
  const formats = part === "optional/format" ? "assert" : "annotate";
  const options = { dialect: draft, documents: suiteDocuments(), formats } as const;
  for (const [file, groups] of groupsOf(draft, part)) {
    for (const { description, schema, tests } of groups) {
      const verdict = judge(make, schema, options);
      for (const { data, valid } of tests) {
        counts.total++;
        const given = verdict(data);
        if (given === valid) {
          counts.passed++;
          continue;
        }
        if (given === true) counts.acceptsInvalid++;
        const group = part === "optional/format" ? file : `${file}: ${description}`;
        failed[group] = (failed[group] ?? 0) + 1;
      }
    }
  }
  return { failed, counts };
}

/** Tells whether values are valid; undefined where the schema is refused. */
function judge(make: Make, schema: JsonSchema, options: ValidatorOptions) {
  try {
    const validate = make(schema, options);
    return (value: unknown) => validate(value) === undefined;
  } catch {
    return () => undefined;
  }
}

describe.runIf(suite)("the official suite", () => {
  const engines = { closures: createValidator, ajv: createAjvValidator };
  const cases = (["closures", "ajv"] as const).flatMap((engine) =>
    (Object.keys(FOLDERS) as Draft[]).map((draft) => [engine, draft] as const),
  );
  test.each(cases)("%s, %s", { timeout: 60_000 }, (engine, draft) => {
    for (const part of ["", "optional", "optional/format"] as const) {
      const { failed, counts } = failures(engines[engine], draft, part);
      console.log(`${engine}, ${draft}, ${part || "required"}:`, counts);
      expect(failed).toEqual(expected(draft, part));
    }
  });
});
