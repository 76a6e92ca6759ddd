import { didYouMean } from "@stubwright/rpc/internal";
import { checkFile } from "../check-file.js";
import { StubwrightError } from "../errors.js";
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
    const pointer = `/allow/${index}/code`;
    throw new StubwrightError(details.code, message, { ...details, pointer });
  }
  return allow;
}

/** Sorts changes by whether a list allows them. */
export function applyAllowList(
  changes: readonly Change[],
  list: readonly Allowance[],
): AllowOutcome {
  const open: Change[] = [];
  const allowed: AllowedChange[] = [];
  const used = new Set<Allowance>();
  for (const change of changes) {
    const fitting = list.filter((allowance) => fits(allowance, change));
    for (const allowance of fitting) used.add(allowance);
    if (fitting[0]) allowed.push({ change, reason: fitting[0].reason });
    else open.push(change);
  }
  return { open, allowed, unused: list.filter((allowance) => !used.has(allowance)) };
}

function fits({ code, at }: Allowance, change: Change): boolean {
  if (code !== change.code) return false;
  const parts = at.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(change.at);
}
