import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The bench's own folder. */
export const BENCH = fileURLToPath(new URL(".", import.meta.url));
/** Where the programs go that the bench runs; ignored by git. */
export const BUILD = join(BENCH, "build");

/** Compiles the programs that the bench runs; packages stay outside and are used as they are built. */
export async function buildPrograms(): Promise<void> {
  await build({
    entryPoints: [
      "child.ts",
      "fake/cli.ts",
      "measure/import-once.ts",
      "measure/types-alone.ts",
    ].map((file) => join(BENCH, file)),
    outbase: BENCH,
    outdir: BUILD,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    logLevel: "warning",
  });
}
