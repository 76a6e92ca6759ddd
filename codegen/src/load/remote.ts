import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { StubwrightError } from "../errors.js";
import { at } from "../formats/places.js";
import type { FetchedFile } from "./kept.js";
import { FOLDER, isUrl, keptPath, pathOf, type SourceManifest } from "./manifest.js";

const MIB = 1024 * 1024;
const TIMEOUT_MS = 120_000;

/**
 * Gets the files of a manifest that come from elsewhere: by its command, or from their URLs.
 *
 * @param manifestFile - Its file; commands run in the folder of it, and find what npm installed.
 * @throws {@link StubwrightError} `COMMAND_FAILED` or `DOWNLOAD_FAILED`.
 */
export function fetchFiles(manifest: SourceManifest, manifestFile: string): FetchedFile[] {
  if (manifest.command) return runForFiles(manifest, manifest.command, manifestFile);
  return Object.entries(manifest.files).flatMap(([name, entry]) => {
    const url = pathOf(entry);
    return isUrl(url)
      ? [{ name, path: keptPath(name, url), bytes: download(url, name, manifestFile) }]
      : [];
  });
}

/** The version that the command of a manifest gives files of; undefined if it names no way to tell. */
export function fetchVersion(manifest: SourceManifest, manifestFile: string): string | undefined {
  if (!manifest.versionCommand) return manifest.version;
  const printed = run(manifest.versionCommand, "versionCommand", manifestFile).toString("utf8");
  const [version] = /\d+\.\d+\.\d+(?:[-+][\w.+-]+)?/.exec(printed) ?? [];
  if (version !== undefined) return version;
  throw failure("COMMAND_FAILED", `It printed no version: ${printed.trim().slice(0, 200)}`, {
    file: manifestFile,
    pointer: "/versionCommand",
  });
}

function runForFiles(
  manifest: SourceManifest,
  command: readonly string[],
  manifestFile: string,
): FetchedFile[] {
  const files = Object.entries(manifest.files).map(([name, entry]) => ({
    name,
    path: pathOf(entry),
  }));
  if (!command.some((argument) => argument.includes(FOLDER))) {
    const bytes = run(command, "command", manifestFile);
    return files.map((file) => ({ ...file, bytes }));
  }
  const folder = mkdtempSync(join(tmpdir(), "stubwright-"));
  try {
    run(
      command.map((argument) => argument.replaceAll(FOLDER, folder)),
      "command",
      manifestFile,
    );
    return files.map((file) => ({ ...file, bytes: readWritten(folder, file, manifestFile) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readWritten(
  folder: string,
  file: { name: string; path: string },
  manifestFile: string,
): Buffer {
  const path = join(folder, file.path);
  if (existsSync(path) && statSync(path).isFile()) return readFileSync(path);
  throw failure("COMMAND_FAILED", `The command wrote no ${file.path}.`, {
    file: manifestFile,
    pointer: at("/files", file.name),
  });
}

/** Runs a program, also one of an installed package. @returns What it printed. */
function run(command: readonly string[], member: string, manifestFile: string): Buffer {
  const cwd = dirname(resolve(manifestFile));
  const [program = "", ...args] = command;
  const { status, stdout, stderr, error, signal } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, PATH: withInstalled(cwd) },
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 256 * MIB,
    timeout: TIMEOUT_MS,
  });
  if (status === 0) return stdout;
  const why = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
  const said = stderr?.toString("utf8").trim().split("\n").slice(-5).join("\n");
  throw failure("COMMAND_FAILED", `${command.join(" ")}: ${why}${said ? `\n${said}` : ""}`, {
    file: manifestFile,
    pointer: `/${member}`,
    cause: error,
  });
}

/** The folders of programs that npm installed come first, as npm's own scripts have them. */
function withInstalled(cwd: string): string {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) break;
  }
  return [...folders, process.env.PATH ?? ""].join(delimiter);
}

/** In a process of its own: sources are read synchronously. */
const FETCH = `
const [url] = process.argv.slice(-1);
const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
if (!answer.ok) throw new Error("HTTP " + answer.status);
process.stdout.write(Buffer.from(await answer.arrayBuffer()));
`;

function download(url: string, name: string, manifestFile: string): Buffer {
  const args = ["--input-type=module", "--eval", FETCH, "--", url];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 256 * MIB,
    timeout: TIMEOUT_MS,
  });
  if (status === 0) return stdout;
  const said = /^\w*Error: .*$/m.exec(stderr?.toString("utf8") ?? "")?.[0];
  throw failure("DOWNLOAD_FAILED", `${url}: ${said ?? error?.message ?? `exit code ${status}`}`, {
    file: manifestFile,
    pointer: at("/files", name),
    cause: error,
  });
}

function failure(
  code: "COMMAND_FAILED" | "DOWNLOAD_FAILED",
  message: string,
  place: { file: string; pointer: string; cause?: unknown },
): StubwrightError {
  const remedy =
    code === "DOWNLOAD_FAILED"
      ? "Correct the URL, or try again when it can be reached."
      : "Run it by hand in the folder of the source, and correct it there.";
  return new StubwrightError(code, message, { ...place, remedy });
}
