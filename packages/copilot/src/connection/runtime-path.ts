import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CopilotError } from "../errors.js";
import type { LaunchTarget } from "../options/settings.js";
import { type Host, thisHost } from "./host.js";
import { findPlatformRuntime } from "./platform-package.js";
import { baseEnvironment, type Variables } from "./runtime-environment.js";

/** How to start a runtime. */
export interface RuntimeCommand {
  readonly command: string;
  /** Arguments that come before all others. */
  readonly args: readonly string[];
  /** Variables that it needs besides its own. */
  readonly env: Variables;
}

/** The variable that names a runtime where no path is given. */
const CLI_PATH_VARIABLE = "COPILOT_CLI_PATH";

/**
 * Finds the runtime to start: the explicit path, else `COPILOT_CLI_PATH`, else the platform package
 * of the npm package `@github/copilot-sdk`. A `.js` file runs under this Node, or under Electron as
 * Node. A program inside of an asar archive, where none can be started, is looked for in the folder
 * of unpacked files beside it.
 *
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, with what to install; `INVALID_OPTIONS` for a
 * path that cannot be a runtime.
 */
export function findRuntime(
  target: Pick<LaunchTarget, "path" | "pathOption" | "env">,
  host: Host = thisHost(),
): RuntimeCommand {
  const { path: explicit, pathOption } = target;
  const named = explicit ?? baseEnvironment(target)[CLI_PATH_VARIABLE];
  if (named === undefined || named === "") {
    return program(unpacked(findPlatformRuntime(host, pathOption), host));
  }
  const source = explicit === undefined ? CLI_PATH_VARIABLE : `The option ${pathOption}`;
  const file = existingFile(named, source, host);
  if (/\.[cm]?js$/.test(file)) return script(file, source, host);
  if (host.platform === "win32" && /\.ps1$/i.test(file)) {
    const message = `${source} names the PowerShell script ${JSON.stringify(named)}, which Windows does not run as a program. Name the .cmd file beside it.`;
    throw new CopilotError("INVALID_OPTIONS", message);
  }
  return program(unpacked(file, host));
}

function program(command: string): RuntimeCommand {
  return { command, args: [], env: {} };
}

function script(file: string, source: string, { runsScripts, execPath }: Host): RuntimeCommand {
  if (runsScripts === "not-at-all") {
    throw new CopilotError(
      "INVALID_OPTIONS",
      `${source} names the JavaScript file ${JSON.stringify(file)}, and this program is a single executable, which would start itself instead of Node. Name a runtime that is a program.`,
    );
  }
  const env = runsScripts === "as-electron" ? { ELECTRON_RUN_AS_NODE: "1" } : {};
  return { command: execPath, args: [file], env };
}

/** A relative path means the app's directory, not the one that the runtime is started in. */
function existingFile(named: string, source: string, { platform }: Host): string {
  // On Windows the end of a program's name is often left out.
  const names = platform === "win32" ? [named, `${named}.exe`, `${named}.cmd`] : [named];
  const found = names.find((name) => existsSync(name));
  if (found === undefined) {
    throw new CopilotError(
      "RUNTIME_NOT_FOUND",
      `${source} names ${JSON.stringify(named)}, and there is no such file. Correct the path, or leave it out to use the installed platform package.`,
    );
  }
  if (isFolder(found)) {
    throw new CopilotError(
      "INVALID_OPTIONS",
      `${source} names the folder ${JSON.stringify(named)}. Name the program in it.`,
    );
  }
  return resolve(found);
}

/** The archive of a packaged Electron app, in a path. Electron's Node reads it like a folder. */
const ASAR = /\.asar(?=[\\/])/;

function unpacked(file: string, { runsScripts }: Host): string {
  if (!ASAR.test(file)) return file;
  const outside = file.replace(ASAR, ".asar.unpacked");
  if (existsSync(outside)) return outside;
  if (runsScripts !== "as-electron") return file;
  throw new CopilotError(
    "RUNTIME_NOT_FOUND",
    `The runtime ${JSON.stringify(file)} is inside of an asar archive, from which no program can be started. Unpack it when you package the app: asarUnpack: ["**/node_modules/@github/copilot-sdk-*/**"].`,
  );
}

/**
 * Checks that a runtime can be started in a folder; Node reports one that is missing as if the
 * program were.
 *
 * @param folder - The option; undefined for the working directory of this process.
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkWorkingDirectory(folder: string | undefined): void {
  if (folder === undefined ? hasWorkingDirectory() : isFolder(folder)) return;
  throw new CopilotError(
    "INVALID_OPTIONS",
    folder === undefined
      ? "The working directory of this process was deleted, and a runtime would start in it. Name another one with the option workingDirectory."
      : `The option workingDirectory (or cwd) names ${JSON.stringify(folder)}, and there is no such folder. Correct the path, or leave it out to use that of this process.`,
  );
}

function hasWorkingDirectory(): boolean {
  try {
    return process.cwd() !== "";
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
