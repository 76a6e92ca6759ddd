import { onStdout } from "../../colors.js";
import { type Change, type Location, VERDICTS, type Verdict } from "../model.js";
import { affected, byLevel, hurt, type Report, summaryRows } from "./report.js";

const PAINT: Readonly<Record<Verdict, (text: string) => string>> = {
  breaking: onStdout.red,
  dangerous: onStdout.yellow,
  safe: onStdout.green,
};

/** A report for people at a terminal. */
export function toText(report: Report): string {
  const { diff, allowed, unused } = report;
  const { bold, dim, yellow } = onStdout;
  const sizes = (["methods", "events", "types"] as const).map(
    (key) => `${key} ${diff.old[key]} -> ${diff.new[key]}`,
  );
  const lines = [
    `${bold(diff.old.label)} ${dim("->")} ${bold(diff.new.label)}`,
    `  ${sizes.join(", ")}`,
  ];
  for (const [level, changes] of byLevel(report)) {
    lines.push("", PAINT[level](`${level} (${changes.length})`), ...changes.flatMap(describe));
  }
  if (allowed.length > 0) lines.push("", dim(`allowed (${allowed.length})`));
  for (const { change, reason } of allowed) {
    lines.push(`  ${change.code}  ${change.message}`, dim(`    because: ${reason}`));
  }
  for (const { code, at } of unused) {
    lines.push("", `${yellow("note")} Nothing needs the allowance of ${code} at ${at} any more.`);
  }
  lines.push("", ...(diff.changes.length === 0 ? ["No changes."] : table(report)));
  lines.push("", `Suggested version bump: ${bold(diff.bump)}`);
  return lines.join("\n");
}

function describe(change: Change): string[] {
  const verdicts = hurt(change).map(([reader, verdict]) => `${reader} ${PAINT[verdict](verdict)}`);
  const notes = [
    ...affected(change),
    `old ${placeOf(change.old)}`,
    `new ${placeOf(change.new)}`,
  ].map((note) => onStdout.dim(`    ${note}`));
  const whom = verdicts.length > 0 ? [`    ${verdicts.join(", ")}`] : [];
  return [`  ${change.code}  ${change.message}`, ...whom, ...notes];
}

function placeOf(location: Location | null): string {
  return location ? `${location.file}#${location.pointer}` : "(not there)";
}

function table(report: Report): string[] {
  const row = ([first = "", ...cells]: readonly string[]) =>
    first.padEnd(14) + cells.map((cell) => cell.padStart(11)).join("");
  return [onStdout.dim(row(["", ...VERDICTS])), ...summaryRows(report).map(row)];
}
