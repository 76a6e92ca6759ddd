import { onStdout } from "../../colors.js";
import { type Change, type Location, READERS, VERDICTS, type Verdict } from "../model.js";
import { firstFew, hurt, type Report, summarize } from "./report.js";

const PAINT: Readonly<Record<Verdict, (text: string) => string>> = {
  breaking: onStdout.red,
  dangerous: onStdout.yellow,
  safe: onStdout.green,
};

/** A report for people at a terminal. */
export function toText(report: Report): string {
  const { diff, open, allowed, unused } = report;
  const lines = [
    `${onStdout.bold(diff.old.label)} ${onStdout.dim("->")} ${onStdout.bold(diff.new.label)}`,
    `  methods ${diff.old.methods} -> ${diff.new.methods}, events ${diff.old.events} -> ${diff.new.events}, types ${diff.old.types} -> ${diff.new.types}`,
  ];
  for (const verdict of VERDICTS) {
    const changes = open.filter(({ level }) => level === verdict);
    if (changes.length === 0) continue;
    lines.push("", PAINT[verdict](`${verdict} (${changes.length})`));
    for (const change of changes) lines.push(...describe(change));
  }
  if (allowed.length > 0) lines.push("", onStdout.dim(`allowed (${allowed.length})`));
  for (const { change, reason } of allowed) {
    lines.push(`  ${change.code}  ${change.message}`, onStdout.dim(`    because: ${reason}`));
  }
  for (const { code, at } of unused) {
    lines.push(
      "",
      `${onStdout.yellow("note")} Nothing needs the allowance of ${code} at ${at} any more.`,
    );
  }
  if (diff.changes.length === 0) lines.push("", "No changes.");
  else lines.push("", ...table(report));
  lines.push("", `Suggested version bump: ${onStdout.bold(diff.bump)}`);
  return lines.join("\n");
}

function describe(change: Change): string[] {
  const verdicts = hurt(change).map(([reader, verdict]) => `${reader} ${PAINT[verdict](verdict)}`);
  const others = change.affects.filter((name) => name !== change.at);
  return [
    `  ${change.code}  ${change.message}`,
    ...(verdicts.length > 0 ? [`    ${verdicts.join(", ")}`] : []),
    ...(others.length > 0 ? [onStdout.dim(`    affects ${firstFew(others)}`)] : []),
    onStdout.dim(`    ${place("old", change.old)}`),
    onStdout.dim(`    ${place("new", change.new)}`),
  ];
}

function place(side: string, location: Location | null): string {
  return `${side} ${location ? `${location.file}#${location.pointer}` : "(not there)"}`;
}

function table({ open }: Report): string[] {
  const summary = summarize(open);
  const row = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(11))).join("");
  return [
    onStdout.dim(row(["", ...VERDICTS])),
    ...READERS.map((reader) =>
      row([reader, ...VERDICTS.map((verdict) => String(summary[reader][verdict]))]),
    ),
  ];
}
