import { type Change, READERS, VERDICTS, type Verdict } from "../model.js";
import { firstFew, hurt, type Report, summarize } from "./report.js";

const TITLES: Readonly<Record<Verdict, string>> = {
  breaking: "Breaking",
  dangerous: "Dangerous",
  safe: "Safe",
};

/** A report as a changelog. */
export function toMarkdown(report: Report): string {
  const { diff, open, allowed, unused } = report;
  const sections = VERDICTS.flatMap((verdict) => {
    const changes = open.filter(({ level }) => level === verdict);
    if (changes.length === 0) return [];
    return [`### ${TITLES[verdict]} (${changes.length})`, changes.map(item).join("\n")];
  });
  return `${[
    `## ${diff.old.label} → ${diff.new.label}`,
    sizes(report),
    ...(diff.changes.length === 0 ? ["No changes."] : [verdicts(report)]),
    `Suggested version bump: **${diff.bump}**`,
    ...sections,
    ...(allowed.length > 0
      ? [
          `### Allowed (${allowed.length})`,
          allowed
            .map(({ change, reason }) => `${item(change)}\n  Allowed because: ${reason}`)
            .join("\n"),
        ]
      : []),
    ...unused.map(({ code, at }) => `Nothing needs the allowance of \`${code}\` at \`${at}\`.`),
  ].join("\n\n")}\n`;
}

function sizes({ diff }: Report): string {
  const rows = (["methods", "events", "types"] as const).map(
    (key) => `| ${key} | ${diff.old[key]} | ${diff.new[key]} |`,
  );
  return ["| | old | new |", "|---|---:|---:|", ...rows].join("\n");
}

function verdicts({ open }: Report): string {
  const summary = summarize(open);
  const rows = READERS.map(
    (reader) =>
      `| ${reader} | ${VERDICTS.map((verdict) => summary[reader][verdict]).join(" | ")} |`,
  );
  return [`| reader | ${VERDICTS.join(" | ")} |`, "|---|---:|---:|---:|", ...rows].join("\n");
}

function item(change: Change): string {
  const whom = hurt(change).map(([reader, verdict]) => `${reader}: ${verdict}`);
  const others = change.affects.filter((name) => name !== change.at);
  const notes = [...whom, ...(others.length > 0 ? [`affects ${firstFew(others)}`] : [])];
  return `- ${change.message} (\`${change.code}\`${notes.map((note) => `; ${note}`).join("")})`;
}
