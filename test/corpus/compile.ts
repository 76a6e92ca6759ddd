import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Compiles the files of a folder inside this repository, strictly, with no library check skipped.
 *
 * @returns What the compiler said, empty if nothing, and how long it took.
 */
export function compileFolder(folder: string): { errors: string; milliseconds: number } {
  const config = {
    extends: join(relative(folder, root), "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      skipLibCheck: false,
      paths: {
        "@stubwright/rpc": [join(root, "packages/rpc/dist/index.d.ts")],
        "@stubwright/rpc/*": [join(root, "packages/rpc/dist/*.d.ts")],
      },
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: ["./*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const args = [join(dirname(manifest), "bin", "tsc"), "-p", folder, "--pretty", "false"];
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { errors: (stdout + stderr).trim(), milliseconds: performance.now() - started };
}
