import { readFileSync } from "node:fs";
import { StubwrightError } from "../errors.js";
import { isObject } from "../schema.js";
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
  const fail = (message: string, pointer?: string, cause?: unknown) =>
    new StubwrightError("ALLOW_LIST_INVALID", message, {
      file,
      ...(pointer !== undefined && { pointer }),
      remedy: 'Write { "allow": [{ "code": "…", "at": "…", "reason": "…" }] }.',
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw fail(`Cannot read ${file}: ${(cause as Error).message}`, undefined, cause);
  }
  if (!isObject(json) || !Array.isArray(json.allow)) throw fail(`${file} is not an allow-list.`);
  return json.allow.map((entry: unknown, index) => {
    const pointer = `/allow/${index}`;
    if (!isObject(entry)) throw fail("An entry is not an object.", pointer);
    const { code, at, reason } = entry;
    if (typeof code !== "string" || !rules.has(code)) {
      throw fail(`There is no change with the code ${JSON.stringify(code)}.`, `${pointer}/code`);
    }
    if (typeof at !== "string" || at === "") throw fail("It is not said at what.", `${pointer}/at`);
    if (typeof reason !== "string" || reason.trim() === "") {
      throw fail("An entry has no reason.", `${pointer}/reason`);
    }
    return { code, at, reason };
  });
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
