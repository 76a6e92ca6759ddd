import { CLIENTS, type ClientName } from "./clients/client.js";
import type { Measured } from "./measure-all.js";
import { type Goal, ROWS, type Row, type Values } from "./rows.js";
import { isMet, median, ratio } from "./statistics.js";

/** A row with what was measured. */
export interface Result {
  readonly row: Row;
  readonly values: Values;
}

/** The rows that something was measured for. */
export function toResults(measured: Measured): Result[] {
  return ROWS.flatMap((row) => {
    const figures = measured.get(row.task);
    if (!figures?.stubwright) return [];
    const entries = CLIENTS.flatMap((client) => {
      const values = figures[client]?.map((figure) => figure[row.figure]);
      return values?.[0] === undefined ? [] : [[client, values]];
    });
    return [{ row, values: Object.fromEntries(entries) as Values }];
  });
}

/** The results as a Markdown table, which reads well in a terminal too. */
export function toMarkdown(results: readonly Result[]): string {
  const header = [
    "",
    "work",
    "unit",
    "stubwright",
    "peer",
    "floor",
    "to peer",
    "to floor",
    "goal",
    "met",
  ];
  const lines = results.map(({ row, values }) => [
    row.id,
    row.title,
    row.unit,
    ...CLIENTS.map((client) => cell(values, client)),
    times(ratio(values, "peer")),
    times(ratio(values, "floor")),
    row.goals.map(describeGoal).join(", "),
    row.goals.map((goal) => mark(isMet(goal, values))).join(", "),
  ]);
  const table = [header, header.map(() => "---"), ...lines];
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return table
    .map((line) => `| ${line.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`)
    .join("\n");
}

function cell(values: Values, client: ClientName): string {
  const all = values[client];
  if (!all) return "";
  const spread =
    all.length > 1 ? ` (${number(Math.min(...all))} to ${number(Math.max(...all))})` : "";
  return number(median(all)) + spread;
}

/** Three digits, no more. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 10 ? 1 : 2).replace(/\.0+$/, "");
}

function times(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(2)}x`;
}

function describeGoal(goal: Goal): string {
  const sign = goal.atLeast === undefined ? "≤" : "≥";
  const value = goal.atLeast ?? goal.atMost;
  return goal.against ? `${sign} ${value}x ${goal.against}` : `${sign} ${value}`;
}

function mark(met: boolean | undefined): string {
  if (met === undefined) return "?";
  return met ? "yes" : "**no**";
}
