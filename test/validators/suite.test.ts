import { createValidator, type DraftName, type JsonSchema } from "@stubwright/rpc/validators";
import { describe, expect, test } from "vitest";
import { FOLDERS, groupsOf, HOW, suite, suiteDocuments } from "./suite.js";
import { EXPECTED, type Part } from "./suite-expected.js";

if (!suite) console.log(HOW);

/** What is left of the suite: failures by file and group, with the number of values. */
function failures(draft: keyof typeof FOLDERS, part: Part) {
  const documents = suiteDocuments();
  const failed: Record<string, number> = {};
  const counts = { total: 0, passed: 0, acceptsInvalid: 0 };
  for (const [file, groups] of groupsOf(FOLDERS[draft], part)) {
    for (const { description, schema, tests } of groups) {
      const verdict = judge(schema, draft, part, documents);
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
function judge(
  schema: JsonSchema,
  dialect: DraftName,
  part: Part,
  documents: Record<string, JsonSchema>,
): (value: unknown) => boolean | undefined {
  // Formats are annotations, unless the part of the suite is about their assertion.
  const formats = part === "optional/format" ? "assert" : "annotate";
  try {
    const validate = createValidator(schema, { dialect, documents, formats });
    return (value) => validate(value) === undefined;
  } catch {
    return () => undefined;
  }
}

describe.runIf(suite)("the official suite", () => {
  test.each(Object.keys(FOLDERS) as (keyof typeof FOLDERS)[])(
    "%s",
    { timeout: 60_000 },
    (draft) => {
      for (const part of ["", "optional", "optional/format"] as const) {
        const { failed, counts } = failures(draft, part);
        console.log(`${draft} ${part || "required"}:`, counts);
        expect(failed).toEqual(
          Object.fromEntries(EXPECTED[draft][part].map(([group, n]) => [group, n])),
        );
      }
    },
  );
});
