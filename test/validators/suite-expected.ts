import type { Draft, Part } from "./suite.js";

/** A group of the suite, or a file of formats, and how many of its values fail. */
interface Failure {
  readonly drafts: readonly Draft[];
  readonly part: Part;
  readonly groups: Readonly<Record<string, number>>;
  readonly reason: string;
}

const ALL: readonly Draft[] = ["draft-07", "2019-09", "2020-12"];

/** What is known to fail, in both engines. Nothing else may, all of this has to. */
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
];

/** What has to fail, by group. */
export function expected(draft: Draft, part: Part) {
  const known = FAILURES.filter((each) => each.part === part && each.drafts.includes(draft));
  return Object.assign({}, ...known.map(({ groups }) => groups)) as Record<string, number>;
}
