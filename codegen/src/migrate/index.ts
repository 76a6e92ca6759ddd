import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { StubwrightError } from "../errors.js";
import { rewriteManifest } from "./manifest.js";
import { type Note, rewrite } from "./rewrite.js";

/** What became of a file, or is to. */
export interface MigratedFile {
  readonly file: string;
  /** How many imports were changed; 0 for a package.json. */
  readonly imports: number;
  readonly isChanged: boolean;
  readonly notes: readonly Note[];
}

/** How an app is moved. */
export interface MigrateOptions {
  /** Files and folders. Default: the working directory. */
  readonly paths?: readonly string[];
  /** The range of `@stubwright/copilot` that a package.json gets. */
  readonly version: string;
  /** Writes nothing. */
  readonly dryRun?: boolean;
}

const ENDINGS = new Set([".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"]);
const SKIPPED = new Set(["node_modules", "dist", "build", "coverage"]);

/**
 * Moves an app from the established SDK to `@stubwright/copilot`: its imports, and the dependency in
 * its package.json. Files that do not mention the SDK are left alone.
 *
 * @throws {@link StubwrightError} `SOURCE_INVALID` for a path that is not there, or a package.json
 * that is no JSON.
 */
export function migrate({
  paths = ["."],
  version,
  dryRun = false,
}: MigrateOptions): MigratedFile[] {
  return paths.flatMap(filesIn).flatMap((file) => {
    const text = readFileSync(file, "utf8");
    if (!text.includes("@github/copilot-sdk")) return [];
    const { text: changed, imports, notes } = convert(file, text, version);
    const isChanged = changed !== text;
    if (isChanged && !dryRun) writeFileSync(file, changed);
    return isChanged || notes.length > 0 ? [{ file, imports, isChanged, notes }] : [];
  });
}

function convert(file: string, text: string, version: string) {
  if (basename(file) !== "package.json") return rewrite(file, text);
  try {
    return { text: rewriteManifest(text, version), imports: 0, notes: [] };
  } catch (cause) {
    const message = `${file} is no JSON: ${(cause as Error).message}`;
    throw new StubwrightError("SOURCE_INVALID", message, { file, remedy: "Correct it.", cause });
  }
}

function filesIn(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    const remedy = "Name files or folders of your app.";
    throw new StubwrightError("SOURCE_INVALID", `There is no ${path}.`, { remedy });
  }
  if (!stats.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) || entry.name.startsWith(".git") ? [] : filesIn(inner);
    }
    const isCode = ENDINGS.has(extname(entry.name)) || entry.name === "package.json";
    return entry.isFile() && isCode ? [inner] : [];
  });
}
