import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../cache-folder.js";
import { loadConfig } from "../config.js";
import { NEWEST_PACKAGE } from "../copilot.js";
import { diffProtocols } from "../diff/index.js";
import { readSide } from "../diff/read-side.js";
import { StubwrightError } from "../errors.js";

/** What is used of the package. It is no dependency: who only generates does not need it. */
interface InspectorPackage {
  runInspector(
    argv: readonly string[],
    options: { readonly compare: typeof compareVersions; readonly load: typeof loadModule },
  ): Promise<number>;
}

/** `stubwright inspect`, `call` and `listen`. */
export async function runInspector(argv: readonly string[]): Promise<void> {
  const inspector = await load();
  const options = { compare: compareVersions, load: loadModule };
  process.exitCode = await inspector.runInspector(await withFolder(argv), options);
}

/** Puts the folder of the first protocol of a config in the place of `--config`. */
async function withFolder(argv: readonly string[]): Promise<readonly string[]> {
  const dashes = argv.indexOf("--");
  const at = argv.findIndex((word) => word === "--config" || word === "-c");
  if (at === -1 || (dashes !== -1 && at > dashes)) return argv;
  const [first] = (await loadConfig(argv[at + 1])).protocols;
  return [...argv.slice(0, at), "--protocol", first?.out ?? "", ...argv.slice(at + 2)];
}

/** Generated files may be TypeScript. */
async function loadModule(file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  return createJiti(file, { tryNative: true }).import(file);
}

/** Looks beside the project, then beside this package. */
async function load(): Promise<InspectorPackage> {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      const file = createRequire(from).resolve("@stubwright/inspector");
      return (await import(pathToFileURL(file).href)) as InspectorPackage;
    } catch (error) {
      if ((error as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new StubwrightError("PACKAGE_MISSING", "The inspector is not installed.", {
    remedy: "npm install --save-dev @stubwright/inspector",
  });
}

/** A version alone is one of the schemas that the Copilot runtime is published with. */
function toSide(given: string): string {
  const isVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(given);
  return isVersion ? `${NEWEST_PACKAGE}@${given}` : given;
}

/** The changes between two versions, for the inspector's page. */
async function compareVersions(from: string, to: string) {
  const cache = join(cacheFolder(process.cwd()), "schemas");
  const [before, after] = [toSide(from), toSide(to)].map((side) => readSide(side, { cache }));
  if (!before || !after) throw new Error("Two versions are needed.");
  const { changes, old, new: next } = diffProtocols(before, after, { descriptions: false });
  return {
    changes: changes.map(({ level, message, at }) => ({
      verdict: level,
      what: message,
      place: at,
    })),
    versions: [old.label, next.label] as const,
  };
}
