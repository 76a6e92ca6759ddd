import { checkFile } from "../check-file.js";
import { StubwrightError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import { readJsonFile } from "../read-json.js";
import type { Change } from "./model.js";
import { rules } from "./rules.js";

/** A change that is known and accepted. */
export interface Allowance {
  /** Code of the change. */
  readonly code: string;
  /** What the change is at; `*` stands for any text. */
  readonly at: string;
  /** Why it is accepted. */
  readonly reason: string;
}

/** A change and why it is accepted. */
export interface AllowedChange {
  readonly change: Change;
  readonly reason: string;
}

/** Changes sorted by whether a list allows them. */
export interface AllowOutcome {
  readonly open: readonly Change[];
  readonly allowed: readonly AllowedChange[];
  /** Entries that no change needs: to be deleted. */
  readonly unused: readonly Allowance[];
}

/**
 * Reads an allow-list: `{ "allow": [{ "code": …, "at": …, "reason": … }] }`.
 *
 * @throws {@link StubwrightError} `ALLOW_LIST_INVALID`, also for a code that does not exist and for
 * an entry without a reason.
 */
export function readAllowList(file: string): Allowance[] {
  const details = {
    code: "ALLOW_LIST_INVALID",
    file,
    remedy: 'Write { "allow": [{ "code": "…", "at": "…", "reason": "…" }] }.',
  } as const;
  const json = readJsonFile(details);
  checkFile(json, { kind: "allow", ...details });
  const { allow } = json as unknown as { allow: Allowance[] };
  for (const [index, { code }] of allow.entries()) {
    if (rules.has(code)) continue;
    const message = `Unknown code "${code}".${didYouMean(code, rules.keys())}`;
    const { remedy } = details;
    throw new StubwrightError(details.code, message, {
      file,
      pointer: `/allow/${index}/code`,
      remedy,
    });
  }
  return allow;
}

/** Sorts changes by whether a list allows them. */
export function applyAllowList(
  changes: readonly Change[],
  list: readonly Allowance[],
): AllowOutcome {
  const matchers = list.map((allowance) => ({ allowance, fits: matcher(allowance) }));
  const entries = changes.map((change) => ({
    change,
    by: matchers.filter(({ fits }) => fits(change)).map(({ allowance }) => allowance),
  }));
  const used = new Set(entries.flatMap(({ by }) => by));
  return {
    open: entries.filter(({ by }) => by.length === 0).map(({ change }) => change),
    allowed: entries.flatMap(({ change, by: [first] }) =>
      first ? [{ change, reason: first.reason }] : [],
    ),
    unused: list.filter((allowance) => !used.has(allowance)),
  };
}

function matcher({ code, at }: Allowance): (change: Change) => boolean {
  const parts = at.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`);
  return (change) => change.code === code && pattern.test(change.at);
}
