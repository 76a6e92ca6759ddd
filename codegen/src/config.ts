import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkFile } from "./check-file.js";
import { StubwrightError } from "./errors.js";
import { readJsonFile } from "./read-json.js";

/** One protocol to generate. Paths are relative to the config file. */
export interface ProtocolConfig {
  /** Path of the `source.json` that names the schemas. */
  readonly source: string;
  /** Folder that the generated files go to. */
  readonly out: string;
  /** Whether descriptions of the schemas become comments. Default false. */
  readonly docs?: boolean;
  /**
   * Whether values of any type are typed `JsonValue`, not `unknown`, and members that are not listed
   * are read as possibly undefined. Default false.
   */
  readonly jsonValues?: boolean;
}

/** What `stubwright.config.ts` exports. */
export interface Config {
  readonly protocols: readonly ProtocolConfig[];
}

/** Gives a config its type, for use in `stubwright.config.ts`. */
export function defineConfig(config: Config): Config {
  return config;
}

/** The names that a config may have, the first that is there being read. */
export const CONFIG_NAMES = ["ts", "mts", "js", "mjs", "cjs", "json"].map(
  (ending) => `stubwright.config.${ending}`,
);

/**
 * Finds the config of a folder: in it, or in the nearest folder above that has one.
 *
 * @throws {@link StubwrightError} `CONFIG_NOT_FOUND`.
 */
export function findConfig(from = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = CONFIG_NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) break;
  }
  throw new StubwrightError(
    "CONFIG_NOT_FOUND",
    `There is no stubwright.config.{ts,mts,js,mjs,cjs,json} in ${resolve(from)} or above it.`,
    {
      file: resolve(from),
      remedy:
        'Write stubwright.config.json: { "protocols": [{ "source": "schema/source.json", "out": "src/generated" }] }.',
    },
  );
}

/**
 * Loads a config file, TypeScript, JavaScript or JSON, and makes its paths absolute.
 *
 * @param file - Its path; by default the `stubwright.config.*` of the working directory or of the
 * nearest folder above it.
 * @throws {@link StubwrightError} `CONFIG_NOT_FOUND` or `CONFIG_INVALID`.
 */
export async function loadConfig(file?: string): Promise<Config> {
  const path = file === undefined ? findConfig() : resolve(file);
  if (!existsSync(path)) {
    throw new StubwrightError("CONFIG_NOT_FOUND", `There is no ${path}.`, {
      file: path,
      remedy: "Correct the path, or leave --config out to look for the nearest config.",
    });
  }
  const config = await importDefault(path);
  const remedy =
    "Export default { protocols: [{ source, out }] }; docs: true and jsonValues: true are optional.";
  checkFile(config, { kind: "config", file: path, code: "CONFIG_INVALID", remedy });
  const base = dirname(path);
  const protocols = (config as Config).protocols.map((protocol) => ({
    ...protocol,
    source: resolve(base, protocol.source),
    out: resolve(base, protocol.out),
  }));
  refuseSharedFolder(path, protocols);
  return { protocols };
}

/** Each protocol would remove the files of the other. */
function refuseSharedFolder(file: string, protocols: readonly ProtocolConfig[]): void {
  const outs = protocols.map(({ out }) => out);
  const index = outs.findIndex((out, place) => outs.indexOf(out) !== place);
  if (index < 0) return;
  throw new StubwrightError("CONFIG_INVALID", `Two protocols go to ${outs[index]}.`, {
    file,
    pointer: `/protocols/${index}/out`,
    remedy: "Give each protocol a folder of its own.",
  });
}

async function importDefault(path: string): Promise<unknown> {
  if (path.endsWith(".json")) {
    return readJsonFile({ code: "CONFIG_INVALID", file: path, remedy: "Correct the file." });
  }
  try {
    if (path.endsWith("ts")) return await importTypeScript(path);
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (cause) {
    const { message } = cause as Error;
    const isOurs = message.includes("'stubwright'");
    throw new StubwrightError("CONFIG_INVALID", `Cannot load ${path}: ${message}`, {
      file: path,
      remedy: isOurs
        ? "Install stubwright in the project, or export a plain object: defineConfig only gives it its type."
        : "Correct the file.",
      cause,
    });
  }
}

/** The default export. What was compiled is kept beside the project's other caches. */
async function importTypeScript(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  return createJiti(path, { tryNative: true }).import(path, { default: true });
}
