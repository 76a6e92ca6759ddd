import type { Result } from "./report.js";
import { ratio } from "./statistics.js";

const ROW_HEIGHT = 26;
const LABELS = 260;
const SCALE = 90;
const MOST = 6;

/** A bar chart: how many times as fast (or as small) as the peer, per row; the peer is the line at 1. */
export function toChart(results: readonly Result[]): string {
  const bars = results.flatMap(({ row, values }) => {
    const value = row.chart && ratio(values, "peer");
    if (!value) return [];
    return [{ title: `${row.id} ${row.title}`, times: row.chart === "less" ? 1 / value : value }];
  });
  const height = 44 + bars.length * ROW_HEIGHT;
  const width = LABELS + MOST * SCALE + 60;
  const body = bars.map(({ title, times }, index) => {
    const y = 34 + index * ROW_HEIGHT;
    const length = Math.min(times, MOST) * SCALE;
    return [
      `<text x="${LABELS - 10}" y="${y + 13}" text-anchor="end">${escapeXml(title)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${length.toFixed(0)}" height="18" rx="3" fill="#2f81f7"/>`,
      `<text x="${(LABELS + length + 8).toFixed(0)}" y="${y + 13}">${times.toFixed(1)}x</text>`,
    ].join("\n  ");
  });
  const line = LABELS + SCALE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="Stubwright compared with the established SDK">
  <style>text { font: 12px system-ui, sans-serif; fill: #7d8590 }</style>
  <text x="${line}" y="16" text-anchor="middle">established SDK = 1</text>
  ${body.join("\n  ")}
  <line x1="${line}" y1="22" x2="${line}" y2="${height - 8}" stroke="#f85149" stroke-dasharray="4 3"/>
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
