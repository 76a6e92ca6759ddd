import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { CopilotError } from "../errors.js";
import type { Variables } from "./runtime-environment.js";

/** How to start a runtime: a program and the arguments that come before all others. */
export interface RuntimeCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The variable that names a runtime where no path is given. */
const CLI_PATH_VARIABLE = "COPILOT_CLI_PATH";

/**
 * Finds the runtime to start: the explicit path, else `COPILOT_CLI_PATH`, else the platform package
 * of the npm package `@github/copilot-sdk`.
 *
 * @param explicit - A path to an executable, or to a `.js` file, which runs under this Node.
 * @param env - The environment in which to look for `COPILOT_CLI_PATH`.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, with what to install; `INVALID_OPTIONS` for a
 * folder.
 */
export function findRuntime(explicit: string | undefined, env: Variables): RuntimeCommand {
  const named = explicit ?? env[CLI_PATH_VARIABLE];
  if (named === undefined || named === "") return { command: findPlatformRuntime(), args: [] };
  const source = explicit === undefined ? `${CLI_PATH_VARIABLE} names` : "The option cliPath names";
  if (isFolder(named)) {
    throw new CopilotError(
      "INVALID_OPTIONS",
      `${source} the folder ${JSON.stringify(named)}. Name the program in it.`,
    );
  }
  if (!existsSync(named)) {
    throw new CopilotError(
      "RUNTIME_NOT_FOUND",
      `${source} ${JSON.stringify(named)}, and there is no such file. Correct the path, or leave it out to use the installed platform package.`,
    );
  }
  // A relative path means the app's directory, not the one that the runtime is started in.
  const file = resolve(named);
  return /\.[cm]?js$/.test(file)
    ? { command: process.execPath, args: [file] }
    : { command: file, args: [] };
}

/**
 * Checks that a runtime can be started in a folder; Node reports one that is missing as if the
 * program were.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkWorkingDirectory(folder: string | undefined): void {
  if (folder === undefined || isFolder(folder)) return;
  throw new CopilotError(
    "INVALID_OPTIONS",
    `The option workingDirectory (or cwd) names ${JSON.stringify(folder)}, and there is no such folder. Correct the path, or leave it out to use that of this process.`,
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function findPlatformRuntime(): string {
  const platforms = candidatePlatforms();
  for (const require of requires()) {
    for (const platform of platforms) {
      const manifest = resolveQuietly(require, `@github/copilot-sdk-${platform}/package.json`);
      if (manifest === undefined) continue;
      const name = process.platform === "win32" ? "copilot-runtime.exe" : "copilot-runtime";
      const file = join(dirname(manifest), "prebuilds", platform, name);
      if (existsSync(file)) return file;
    }
  }
  throw new CopilotError(
    "RUNTIME_NOT_FOUND",
    `No Copilot runtime for ${process.platform}-${process.arch} is installed. Install the optional dependency @github/copilot-sdk-${platforms[0]}, or name a runtime with the option cliPath or the variable ${CLI_PATH_VARIABLE}.`,
  );
}

/** Package managers install the one that fits the system's C library; the other is not there. */
function candidatePlatforms(): readonly string[] {
  const { platform, arch } = process;
  return platform === "linux" ? [`linux-${arch}`, `linuxmusl-${arch}`] : [`${platform}-${arch}`];
}

/**
 * Where to look from: this file; and if a bundler made it part of something else, the program, the
 * working directory, and this package as those see it, since strict package managers put the
 * platform package beside this one alone.
 */
function* requires(): Generator<NodeJS.Require> {
  // Bundles in CommonJS form have no `import.meta.url`.
  const own: string | undefined = import.meta.url;
  // The program may be a relative path, or a word after `node -e`.
  const program = resolve(process.argv[1] ?? "");
  for (const from of [own, program, resolve("package.json")]) {
    if (from === undefined || from === "") continue;
    const require = createRequire(from);
    yield require;
    const found = from === own ? undefined : resolveQuietly(require, "@stubwright/copilot");
    if (found !== undefined) yield createRequire(found);
  }
}

function resolveQuietly(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined; // Not installed: the caller tries the next one and reports if there is none.
  }
}
