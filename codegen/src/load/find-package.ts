import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StubwrightError } from "../errors.js";
import type { SourceManifest } from "./manifest.js";

/**
 * Finds the folder of an installed package of a source. Looks for node_modules upwards, as Node
 * does, but for data: no entry point has to exist.
 *
 * @throws {@link StubwrightError} `PACKAGE_MISSING`.
 */
export function findPackage(manifest: SourceManifest, manifestFile: string): string {
  const { name, packages = [] } = manifest;
  for (let folder = dirname(resolve(manifestFile)); ; folder = dirname(folder)) {
    for (const candidate of packages.map((each) => join(folder, "node_modules", each))) {
      if (existsSync(join(candidate, "package.json"))) return candidate;
    }
    if (dirname(folder) === folder) break;
  }
  const fitting = packages.find((each) => each.endsWith(`${process.platform}-${process.arch}`));
  const install = `Install ${fitting ?? packages.join(" or ")}`;
  throw new StubwrightError(
    "PACKAGE_MISSING",
    `No package with the ${name} schemas is installed.`,
    {
      file: manifestFile,
      pointer: "/packages",
      remedy: fitting
        ? `${install}; as an optional dependency it is left out where optional ones are off.`
        : `${install}; for files of your own, leave "packages" out.`,
    },
  );
}
