import { existsSync } from "node:fs";
// By its member: webpack 5 puts `undefined` where the function is called by its name.
import nodeModule from "node:module";
import { dirname, join, resolve } from "node:path";
import { CopilotError } from "../errors.js";
import type { Host } from "./host.js";

/**
 * Finds the runtime in the platform package that npm installs beside this one.
 *
 * @param option - How the option is called that names a runtime, for the message.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, with what to install.
 */
export function findPlatformRuntime(host: Host, option: string): string {
  const platforms = candidatePlatforms(host);
  const name = host.platform === "win32" ? "copilot-runtime.exe" : "copilot-runtime";
  for (const require of requires(host)) {
    for (const platform of platforms) {
      const manifest = resolveQuietly(require, `@github/copilot-sdk-${platform}/package.json`);
      if (manifest === undefined) continue;
      const file = join(dirname(manifest), "prebuilds", platform, name);
      if (existsSync(file)) return file;
    }
  }
  throw new CopilotError(
    "RUNTIME_NOT_FOUND",
    `No Copilot runtime for ${host.platform}-${host.arch} is installed. Install the optional dependency @github/copilot-sdk-${platforms[0]}, or name a runtime with the option ${option} or the variable COPILOT_CLI_PATH.`,
  );
}

/** Package managers install the one that fits the system's C library; the other is not there. */
function candidatePlatforms({ platform, arch }: Host): readonly string[] {
  return platform === "linux" ? [`linux-${arch}`, `linuxmusl-${arch}`] : [`${platform}-${arch}`];
}

/**
 * Where to look from: this file; and if a bundler made it part of something else, the program, the
 * working directory, and this package as those see it, since strict package managers put the
 * platform package beside this one alone.
 */
function* requires({ main }: Host): Generator<NodeJS.Require> {
  // Bundles in CommonJS form have no `import.meta.url`.
  const own: string | undefined = import.meta.url;
  // The program may be a relative path, or a word after `node -e`.
  const places = [() => own, () => main && resolve(main), () => resolve("package.json")];
  for (const place of places) {
    const from = placeOf(place);
    if (!from) continue;
    const require = nodeModule.createRequire(from);
    yield require;
    const found = from === own ? undefined : resolveQuietly(require, "@stubwright/copilot");
    if (found !== undefined) yield nodeModule.createRequire(found);
  }
}

/** A place in a working directory that was deleted is none. */
function placeOf(place: () => string | undefined): string | undefined {
  try {
    return place();
  } catch {
    return undefined;
  }
}

function resolveQuietly(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined; // Not installed: the caller tries the next one and reports if there is none.
  }
}
