import type { FOLDERS } from "./suite.js";

/** A part of the official suite. */
export type Part = "" | "optional" | "optional/format";

/** A group of the suite, or a file of formats; how many of its values fail; and why. */
export type Expected = readonly [group: string, failures: number, reason: string];

const CONTENT = "contentMediaType and contentEncoding are annotations, as later drafts have them";
const CROSS = "keywords of all drafts are read in each, so that none is passed over";
const IDN = "idn-hostname takes the tables of Unicode to check: an annotation";
const PUNYCODE = "whether a name in Punycode decodes takes the tables of Unicode";

/** What is known to fail, by draft and part. Nothing else may, and all of this has to. */
export const EXPECTED: Readonly<
  Record<keyof typeof FOLDERS, Readonly<Record<Part, readonly Expected[]>>>
> = {
  "draft-07": {
    "": [],
    optional: [
      ["content: validation of string-encoded content based on media type", 1, CONTENT],
      ["content: validation of binary string-encoding", 1, CONTENT],
      ["content: validation of binary-encoded media type documents", 2, CONTENT],
    ],
    "optional/format": [
      ["hostname", 23, PUNYCODE],
      ["idn-hostname", 54, IDN],
    ],
  },
  "2019-09": {
    "": [],
    optional: [["cross-draft: refs to historic drafts are processed as historic drafts", 1, CROSS]],
    "optional/format": [
      ["hostname", 23, PUNYCODE],
      ["idn-hostname", 54, IDN],
    ],
  },
  "2020-12": {
    "": [],
    optional: [["cross-draft: refs to historic drafts are processed as historic drafts", 1, CROSS]],
    "optional/format": [
      ["hostname", 23, PUNYCODE],
      ["idn-hostname", 54, IDN],
    ],
  },
};
