import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../cache-folder.js";
import { diffProtocols } from "../diff/index.js";
import { readSide } from "../diff/read-side.js";
import { StubwrightError } from "../errors.js";

/** What is used of the package. It is no dependency: who only generates does not need it. */
interface InspectorPackage {
  runInspector(
    argv: readonly string[],
    options: { readonly compare: typeof compareVersions },
  ): Promise<number>;
}

/** `stubwright inspect`, `call` and `listen`. */
export async function runInspector(argv: readonly string[]): Promise<void> {
  const inspector = await load();
  process.exitCode = await inspector.runInspector(argv, { compare: compareVersions });
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
  return isVersion ? `@github/copilot-sdk-linux-x64@${given}` : given;
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
