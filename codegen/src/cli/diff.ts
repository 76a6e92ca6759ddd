import { join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { applyAllowList, readAllowList } from "../diff/allow.js";
import { diffProtocols } from "../diff/index.js";
import { readSide } from "../diff/read-side.js";
import { toJson } from "../diff/report/json.js";
import { toMarkdown } from "../diff/report/markdown.js";
import { atLeast, type Report } from "../diff/report/report.js";
import { toText } from "../diff/report/text.js";
import { EXIT } from "./exit-codes.js";
import type { FAIL_LEVELS } from "./options.js";
import { Progress } from "./progress.js";

/** Options of `stubwright diff`. */
export interface DiffCommandOptions {
  readonly allow?: string;
  readonly cache?: string;
  readonly descriptions?: boolean;
  readonly failOn?: (typeof FAIL_LEVELS)[number];
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** `stubwright diff`: what changed between two versions of a protocol, and whom it breaks. */
export function diff(old: string, after: string, options: DiffCommandOptions): void {
  const allowances = options.allow === undefined ? [] : readAllowList(options.allow);
  const report = compare(old, after, options, allowances);
  const write = options.json ? toJson : options.markdown ? toMarkdown : toText;
  console.log(write(report).trimEnd());
  if (options.failOn && atLeast(report.open, options.failOn).length > 0)
    process.exitCode = EXIT.findings;
}

function compare(
  old: string,
  after: string,
  options: DiffCommandOptions,
  allowances: Parameters<typeof applyAllowList>[1],
): Report {
  const progress = new Progress(true);
  try {
    const cache = options.cache ?? join(cacheFolder(process.cwd()), "schemas");
    const onStep = (what: string) => progress.step(what);
    progress.step(`Reading ${old}`);
    const before = readSide(old, { cache, onStep });
    progress.step(`Reading ${after}`);
    const now = readSide(after, { cache, onStep });
    progress.step("Comparing");
    const found = diffProtocols(before, now, { descriptions: options.descriptions === true });
    return { diff: found, ...applyAllowList(found.changes, allowances) };
  } finally {
    progress.done();
  }
}
