import { existsSync } from "node:fs";
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
export const CLI_PATH_VARIABLE = "COPILOT_CLI_PATH";

/**
 * Finds the runtime to start: the explicit path, else `COPILOT_CLI_PATH`, else the platform package
 * of the npm package `@github/copilot-sdk`.
 *
 * @param explicit - A path to an executable, or to a `.js` file, which runs under this Node.
 * @param env - The environment in which to look for `COPILOT_CLI_PATH`.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, with what to install.
 */
export function findRuntime(explicit: string | undefined, env: Variables): RuntimeCommand {
  const named = explicit ?? env[CLI_PATH_VARIABLE];
  if (named === undefined || named === "") return { command: findPlatformRuntime(), args: [] };
  if (!existsSync(named)) {
    const source =
      explicit === undefined ? `${CLI_PATH_VARIABLE} names` : "The option cliPath names";
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
  const program = process.argv[1];
  for (const from of [own, program, join(process.cwd(), "package.json")]) {
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
