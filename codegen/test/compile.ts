import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GeneratedFile } from "../src/index.js";

/** Where temporary files can import what generated files import. */
const HERE = dirname(fileURLToPath(import.meta.url));

/** Compiles files in one strict program, no library check skipped, and gives what it says. */
export function compileErrors(files: readonly GeneratedFile[]): string {
  const folder = mkdtempSync(join(HERE, "compile-"));
  try {
    for (const file of files) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.text);
    }
    const config = {
      extends: "../../../tsconfig.base.json",
      compilerOptions: {
        noEmit: true,
        skipLibCheck: false,
        customConditions: ["@stubwright/source"],
      },
      include: ["."],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
    const tsc = join(dirname(manifest), "bin", "tsc");
    const args = [tsc, "-p", folder, "--pretty", "false"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 120_000,
    });
    if (status === null) throw new Error(`The compiler did not end: ${stdout}${stderr}`);
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
