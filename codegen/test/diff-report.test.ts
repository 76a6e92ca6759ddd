import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { applyAllowList, readAllowList } from "../src/diff/allow.js";
import { diffProtocols } from "../src/diff/index.js";
import { readSide } from "../src/diff/read-side.js";
import { toJson } from "../src/diff/report/json.js";
import { toMarkdown } from "../src/diff/report/markdown.js";
import type { Report } from "../src/diff/report/report.js";
import { toText } from "../src/diff/report/text.js";

const folder = fileURLToPath(new URL("fixtures/diff/", import.meta.url));
const update = process.env.UPDATE_GOLDEN === "1";

/** Reads a side and calls it by its name, wherever the repository is. */
function side(name: string) {
  return { ...readSide(join(folder, name), { cache: "" }), label: `lamps@${name}` };
}

function report(allowList: boolean, descriptions: boolean): Report {
  const diff = diffProtocols(side("old"), side("new"), { descriptions });
  const list = allowList ? readAllowList(join(folder, "allow.json")) : [];
  return { diff, ...applyAllowList(diff.changes, list) };
}

/** A report's text as a file has it, colours taken out. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  return `${text.replaceAll(/\x1b\[\d+m/g, "").trimEnd()}\n`;
}

describe("a small pair: given schemas, want reports", () => {
  test.each([
    ["want.txt", () => toText(report(true, false))],
    ["want.md", () => toMarkdown(report(true, false))],
    ["want.json", () => toJson(report(false, true))],
  ])("%s", (name, write) => {
    const file = join(folder, name);
    const text = plain(write());
    if (update) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("every pointer leads to what it names", () => {
  const { changes } = report(false, true).diff;
  expect(changes.filter((change) => change.old && change.new).length).toBeGreaterThan(3);
  for (const change of changes) {
    for (const [name, place] of [
      ["old", change.old],
      ["new", change.new],
    ] as const) {
      if (!place) continue;
      const json: unknown = JSON.parse(readFileSync(join(folder, name, place.file), "utf8"));
      const found = place.pointer
        .split("/")
        .slice(1)
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
        .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], json);
      expect(found, `${change.message} ${place.pointer}`).toBeTypeOf("object");
    }
  }
});

test("both ways round, what one adds the other removes", () => {
  const there = diffProtocols(side("old"), side("new")).changes;
  const back = diffProtocols(side("new"), side("old")).changes;
  const count = (changes: typeof there, pattern: RegExp) =>
    changes.filter(({ code }) => pattern.test(code)).length;
  expect(count(there, /^method-added$/)).toBe(count(back, /^method-removed$/));
  expect(count(there, /-enum-value-added$/)).toBe(count(back, /-enum-value-removed$/));
  expect(count(there, /-added-(optional|required)$/)).toBe(
    count(back, /-removed-(optional|required)$/),
  );
});

test("the same protocol has no changes", () => {
  const { changes, bump } = diffProtocols(side("old"), side("old"), { descriptions: true });
  expect(changes).toEqual([]);
  expect(bump).toBe("none");
});
