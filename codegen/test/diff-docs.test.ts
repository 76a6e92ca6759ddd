import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { READERS } from "../src/diff/model.js";
import { rules } from "../src/diff/rules.js";

const file = fileURLToPath(new URL("../../docs/diff.md", import.meta.url));
const MARK = "<!-- codes: written by UPDATE_GOLDEN=1 pnpm vitest run codegen -->\n";

test("the page lists every code with its verdicts", () => {
  const rows = [...rules.values()].map(({ code, verdicts }) => {
    const own = code.startsWith("callback-")
      ? (["callbacks"] as const)
      : code.startsWith("event-")
        ? (["events"] as const)
        : /^(method|param|result)-/.test(code)
          ? (["regenerated", "oldClient"] as const)
          : READERS;
    return `| \`${code}\` | ${own.map((reader) => `${reader} ${verdicts[reader]}`).join(", ")} |`;
  });
  const table = ["| code | verdicts |", "|---|---|", ...rows.sort()].join("\n");
  const text = readFileSync(file, "utf8");
  const head = text.slice(0, text.indexOf(MARK) + MARK.length);
  const want = `${head}\n${table}\n`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, want);
  expect(readFileSync(file, "utf8")).toBe(want);
});
