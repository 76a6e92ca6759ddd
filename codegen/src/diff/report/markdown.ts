import { type Change, VERDICTS } from "../model.js";
import { affected, byLevel, hurt, type Report, summaryRows } from "./report.js";

/** A report as a changelog. */
export function toMarkdown(report: Report): string {
  const { diff, allowed, unused } = report;
  const sizes = (["methods", "events", "types"] as const).map((key) => [
    key,
    `${diff.old[key]}`,
    `${diff.new[key]}`,
  ]);
  const reasons = allowed.map(
    ({ change, reason }) => `${item(change)}\n  Allowed because: ${reason}`,
  );
  const parts = [
    `## ${diff.old.label} → ${diff.new.label}`,
    table(["", "old", "new"], sizes),
    diff.changes.length === 0 ? "No changes." : table(["reader", ...VERDICTS], summaryRows(report)),
    `Suggested version bump: **${diff.bump}**`,
    ...byLevel(report).flatMap(([level, changes]) => section(level, changes.map(item))),
    ...(reasons.length > 0 ? section("allowed", reasons) : []),
    ...unused.map(({ code, at }) => `Nothing needs the allowance of \`${code}\` at \`${at}\`.`),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(title: string, items: readonly string[]): string[] {
  const heading = title.charAt(0).toUpperCase() + title.slice(1);
  return [`### ${heading} (${items.length})`, items.join("\n")];
}

/** The first column has names, the others numbers. */
function table([first = "", ...heads]: readonly string[], rows: readonly string[][]): string {
  const head = first === "" ? `| | ${heads.join(" | ")} |` : `| ${first} | ${heads.join(" | ")} |`;
  const body = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [head, `|---|${"---:|".repeat(heads.length)}`, ...body].join("\n");
}

function item(change: Change): string {
  const whom = hurt(change).map(([reader, verdict]) => `${reader}: ${verdict}`);
  const notes = [...whom, ...affected(change)].map((note) => `; ${note}`);
  return `- ${change.message} (\`${change.code}\`${notes.join("")})`;
}
