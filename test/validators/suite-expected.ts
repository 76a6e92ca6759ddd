import type { Draft, Part } from "./suite.js";

/** A group of the suite, or a file of formats, and how many of its values fail. */
interface Failure {
  readonly engine?: "ajv";
  readonly drafts: readonly Draft[];
  readonly part: Part;
  readonly groups: Readonly<Record<string, number>>;
  readonly reason: string;
}

const ALL: readonly Draft[] = ["draft-07", "2019-09", "2020-12"];

/** What is known to fail, in both engines where none is named. Nothing else may, all of this has to. */
const FAILURES: readonly Failure[] = [
  {
    drafts: ["draft-07"],
    part: "optional",
    groups: {
      "content: validation of string-encoded content based on media type": 1,
      "content: validation of binary string-encoding": 1,
      "content: validation of binary-encoded media type documents": 2,
    },
    reason: "contentMediaType and contentEncoding are annotations, as later drafts have them",
  },
  {
    drafts: ["2019-09", "2020-12"],
    part: "optional",
    groups: { "cross-draft: refs to historic drafts are processed as historic drafts": 1 },
    reason: "keywords of all drafts are read in each, so that none is passed over",
  },
  {
    drafts: ALL,
    part: "optional/format",
    groups: { hostname: 23 },
    reason: "whether a name in Punycode decodes takes the tables of Unicode",
  },
  {
    drafts: ALL,
    part: "optional/format",
    groups: { "idn-hostname": 54 },
    reason: "an annotation only: it takes the tables of Unicode",
  },
  {
    engine: "ajv",
    drafts: ["2019-09", "2020-12"],
    part: "",
    groups: {
      "unevaluatedItems: unevaluatedItems with nested items": 2,
      "unevaluatedItems: unevaluatedItems can see annotations from if without then and else": 1,
    },
    reason: "what ajv takes for evaluated items is counted from the first, not one by one",
  },
  {
    engine: "ajv",
    drafts: ["2020-12"],
    part: "",
    groups: {
      "unevaluatedItems: unevaluatedItems depends on adjacent contains": 1,
      "unevaluatedItems: unevaluatedItems depends on multiple nested contains": 1,
      "unevaluatedItems: unevaluatedItems and contains interact to control item dependency relationship": 6,
      "unevaluatedItems: unevaluatedItems with minContains = 0": 1,
    },
    reason: "what ajv takes for evaluated items is counted from the first, not one by one",
  },
];

/** What has to fail, by group. */
export function expected(engine: "closures" | "ajv", draft: Draft, part: Part) {
  const known = FAILURES.filter((each) => {
    return each.part === part && each.drafts.includes(draft) && (each.engine ?? engine) === engine;
  });
  return Object.assign({}, ...known.map(({ groups }) => groups)) as Record<string, number>;
}
