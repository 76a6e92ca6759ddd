import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** A TypeScript block of a Markdown file. */
export interface Block {
  /** File and line, such as `docs/start.md:23`. */
  readonly place: string;
  readonly code: string;
  /** Whether it is marked as one that runs: ```` ```ts run ````. */
  readonly runs: boolean;
  /** What it has to print: the block after it that is marked ```` ```text output ````. */
  readonly output: string | undefined;
}

const FENCE = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

/** Folders of docs that hold what is installed or made. */
const NOT_OURS = new Set(["node_modules", "api", "dist", "cache"]);

/** The files whose blocks have to hold. */
export function markdownFiles(root: string): readonly string[] {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const own = inDocs.filter((file) => !file.split(sep).some((name) => NOT_OURS.has(name)));
  return ["README.md", ...own.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)];
}

/** The TypeScript blocks of a file. */
export function typescriptBlocks(root: string, file: string): readonly Block[] {
  const text = readFileSync(join(root, file), "utf8");
  const fences = [...text.matchAll(FENCE)].map(([, language, info, code], index) => ({
    language,
    info: info!.trim(),
    code: code!,
    index,
  }));
  const places = [...text.matchAll(FENCE)].map(
    ({ index }) => text.slice(0, index).split("\n").length,
  );
  return fences
    .filter(({ language }) => language === "ts")
    .map(({ info, code, index }) => {
      const next = fences[index + 1];
      return {
        place: `${file}:${places[index]}`,
        code,
        runs: info === "run",
        output: next?.info === "output" ? next.code : undefined,
      };
    });
}
