import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { StubwrightError } from "./errors.js";
import { isObject } from "./schema.js";

/** One protocol to generate. Paths are relative to the config file. */
export interface ProtocolConfig {
  /** Path of the `source.json` that names the schemas. */
  readonly source: string;
  /** Folder that the generated files go to. */
  readonly out: string;
}

/** What `stubwright.config.ts` exports. */
export interface Config {
  readonly protocols: readonly ProtocolConfig[];
}

/** Gives a config its type, for use in `stubwright.config.ts`. */
export function defineConfig(config: Config): Config {
  return config;
}

/** The config's name where none is given. */
export const DEFAULT_CONFIG = "stubwright.config.ts";

/**
 * Loads a config file, TypeScript or JavaScript, and makes its paths absolute.
 *
 * @throws {@link StubwrightError} `CONFIG_NOT_FOUND` or `CONFIG_INVALID`.
 */
export async function loadConfig(file = DEFAULT_CONFIG): Promise<Config> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new StubwrightError("CONFIG_NOT_FOUND", `There is no ${path}.`, {
      file: path,
      remedy: "Run in the folder that holds it, or name it with --config.",
    });
  }
  const config = await importDefault(path);
  const protocols = isObject(config) ? config.protocols : undefined;
  const sound =
    Array.isArray(protocols) &&
    protocols.length > 0 &&
    protocols.every(
      (entry) =>
        isObject(entry) && typeof entry.source === "string" && typeof entry.out === "string",
    );
  if (!sound) {
    throw new StubwrightError("CONFIG_INVALID", `${path} exports no protocols.`, {
      file: path,
      remedy: "Export default defineConfig({ protocols: [{ source, out }] }).",
    });
  }
  const base = dirname(path);
  const resolved = (protocols as ProtocolConfig[]).map(({ source, out }) => ({
    source: resolve(base, source),
    out: resolve(base, out),
  }));
  refuseSharedFolder(path, resolved);
  return { protocols: resolved };
}

/** Each protocol would remove the files of the other. */
function refuseSharedFolder(file: string, protocols: readonly ProtocolConfig[]): void {
  const outs = protocols.map(({ out }) => out);
  const shared = outs.find((out, index) => outs.indexOf(out) !== index);
  if (shared === undefined) return;
  throw new StubwrightError("CONFIG_INVALID", `Two protocols of ${file} go to ${shared}.`, {
    file,
    remedy: "Give each protocol a folder of its own.",
  });
}

async function importDefault(path: string): Promise<unknown> {
  try {
    if (path.endsWith("ts")) return await importTypeScript(path);
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (cause) {
    throw new StubwrightError(
      "CONFIG_INVALID",
      `Cannot load ${path}: ${(cause as Error).message}`,
      {
        file: path,
        remedy: "Correct the file.",
        cause,
      },
    );
  }
}

/** The default export. What was compiled is kept beside the project's other caches. */
async function importTypeScript(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  return createJiti(path, { tryNative: true }).import(path, { default: true });
}
