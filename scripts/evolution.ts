// `pnpm evolution`: compares each published version of a chain with the one before it and writes
// docs/evolution.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Change,
  type Diff,
  diffProtocols,
  fetchCopilot,
  listCopilotVersions,
  readSide,
  StubwrightError,
} from "stubwright";
import { readArguments, refuse } from "./arguments.js";

const USAGE = `pnpm evolution                    compare all published versions, write docs/evolution.md
pnpm evolution --print            print the comparison instead
pnpm evolution <package@version>  compare these, each with the one before it, and print that`;

const root = fileURLToPath(new URL("../", import.meta.url));
const cache = join(root, ".cache", "corpus", "schemas");

const READERS = ["regenerated", "oldClient", "callbacks", "events"] as const;

/** All versions that were published with schemas, in order. */
function publishedChain(): string[] {
  return listCopilotVersions().flatMap((version) => {
    progress(`Fetching ${version}`);
    const schemas = fetchCopilot(version, cache);
    return schemas ? [`${schemas.packageName}@${version}`] : [];
  });
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text && `… ${text}`}`);
}

function compareChain(specs: readonly string[]): Diff[] {
  const sides = specs.map((spec) => {
    progress(`Reading ${spec}`);
    return readSide(spec, { cache });
  });
  const diffs = sides.slice(1).map((side, index) => {
    progress(`Comparing ${side.label}`);
    return diffProtocols(sides[index] ?? side, side);
  });
  progress("");
  return diffs;
}

function report(all: readonly Diff[]): string {
  const first = all[0]?.old;
  const diffs = all.filter(({ changes }) => changes.length > 0);
  const rows = diffs.map((diff) => {
    const count = (code: string) => diff.changes.filter((change) => change.code === code).length;
    const breaking = READERS.map((reader) => breakingFor(diff.changes, reader).length);
    return cells([
      `\`${diff.new.label}\``,
      diff.new.methods,
      diff.new.events,
      diff.new.types,
      delta(count("method-added") + count("callback-added"), lost(diff, "method", "callback")),
      delta(count("event-added"), lost(diff, "event")),
      ...breaking,
      diff.bump,
    ]);
  });
  return `${[
    "<!-- Made by `pnpm evolution`; do not edit. -->",
    "# How the protocol of the Copilot CLI evolved",
    "Each row compares a published version with the row before it, as `stubwright diff` does; versions that change nothing are left out. Methods count callbacks in; added and lost ones stand as `+added −lost`, lost being removed or renamed. The four columns after that count the changes that are breaking for a reader: our program, compiled against the regenerated client; a client of the version before, calling this server; handlers of callbacks; listeners of events. [The rules](diff.md) say what is breaking. A shape that many methods share counts once for each of its roles.",
    "The schemas moved from `@github/copilot` into one package per platform, then into the packages of the SDK. Those are numbered on their own: `1.0.13` of the SDK came after `1.0.83` of the program.",
    [
      cells(["version", "methods", "events", "types", "± methods", "± events", ...READERS, "bump"]),
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
      ...(first
        ? [cells([`\`${first.label}\``, first.methods, first.events, first.types, ...fill("", 7)])]
        : []),
      ...rows,
    ].join("\n"),
    totals(diffs),
    "## Step by step",
    ...diffs.flatMap(describe),
  ].join("\n\n")}\n`;
}

/** The version in which each method and event appeared under its name. */
function firstVersions(diffs: readonly Diff[]) {
  const first = diffs[0]?.old.label ?? "";
  const methods: Record<string, string> = {};
  const events: Record<string, string> = {};
  for (const { changes, new: next } of diffs) {
    for (const { code, at } of changes) {
      if (/^(?:method|callback)-(?:added|renamed)$/.test(code)) methods[at] = next.label;
      if (/^event-(?:added|renamed)$/.test(code)) events[at] = next.label;
    }
  }
  return { first, methods, events };
}

/** What was breaking most often, over all steps. */
function totals(diffs: readonly Diff[]): string {
  const counts = new Map<string, number>();
  const breaking = diffs.flatMap(({ changes }) => changes).filter(isBreaking);
  for (const { code } of breaking) counts.set(code, (counts.get(code) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [
    "## What was breaking, over all steps",
    [
      cells(["code", "changes"]),
      "|---|--:|",
      ...rows.map(([code, n]) => cells([`\`${code}\``, n])),
    ].join("\n"),
  ].join("\n\n");
}

function describe(diff: Diff): string[] {
  const named = (code: string) => diff.changes.filter((change) => change.code === code);
  const list = (title: string, codes: readonly string[]) => {
    const changes = codes.flatMap(named);
    return changes.length === 0 ? [] : [`- ${title}: ${few(changes)}`];
  };
  const others = diff.changes.filter(isBreaking).filter(({ code }) => !ENTRY.test(code));
  const lines = [
    ...list("Methods added", ["method-added", "callback-added"]),
    ...list("Methods removed", ["method-removed", "callback-removed"]),
    ...list("Methods renamed", ["method-renamed", "callback-renamed"]),
    ...list("Methods made internal", ["method-made-internal", "callback-made-internal"]),
    ...list("Events added", ["event-added"]),
    ...list("Events removed", ["event-removed"]),
    ...list("Events renamed", ["event-renamed"]),
    ...(others.length > 0 ? [`- Other breaking changes: ${few(others)}`] : []),
  ];
  const title = `### ${diff.old.label} → ${diff.new.label}`;
  return [title, lines.length > 0 ? lines.join("\n") : "Nothing that breaks, added or removed."];
}

const ENTRY = /^(method|callback|event)-(added|removed|renamed|made-internal)$/;
/** How many changes are named before the rest is only counted. */
const FEW = 5;

function few(changes: readonly Change[]): string {
  const names = changes.slice(0, FEW).map(({ at }) => `\`${at}\``);
  const more = changes.length - names.length;
  return `${changes.length} (${names.join(", ")}${more > 0 ? `, ${more} more` : ""})`;
}

function lost({ changes }: Diff, ...subjects: readonly string[]): number {
  const codes = subjects.flatMap((subject) => [`${subject}-removed`, `${subject}-renamed`]);
  return changes.filter(({ code }) => codes.includes(code)).length;
}

function delta(added: number, removed: number): string {
  return added + removed === 0 ? "" : `+${added} −${removed}`;
}

function isBreaking({ level }: Change): boolean {
  return level === "breaking";
}

function breakingFor(changes: readonly Change[], reader: (typeof READERS)[number]) {
  return changes.filter(({ verdicts }) => verdicts[reader] === "breaking");
}

function fill(text: string, count: number): string[] {
  return Array.from({ length: count }, () => text);
}

function cells(values: readonly (string | number)[]): string {
  return `| ${values.join(" | ")} |`;
}

function compareNamed(specs: readonly string[]): Diff[] {
  try {
    return compareChain(specs);
  } catch (error) {
    if (error instanceof StubwrightError) return refuse(USAGE, error.message);
    throw error;
  }
}

const { values, positionals } = readArguments(USAGE, {
  options: { print: { type: "boolean" } },
  allowPositionals: true,
});
const diffs = positionals.length > 0 ? compareNamed(positionals) : compareChain(publishedChain());
const text = report(diffs);
if (values.print || positionals.length > 0) console.log(text);
else {
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(join(root, "docs", "evolution.md"), text);
  writeFileSync(
    join(root, "docs", "since.json"),
    `${JSON.stringify(firstVersions(diffs), null, 2)}\n`,
  );
  console.log("docs/evolution.md and docs/since.json are written.");
}
