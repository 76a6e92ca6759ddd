import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { staleDeclarations } from "../../scripts/declarations.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-declarations-"));
  return () => rmSync(folder, { recursive: true });
});

test("declarations that no source makes are named", () => {
  for (const file of [
    "src/a.ts",
    "src/sub/b.ts",
    "build/c.gen.ts",
    "dist/a.d.ts",
    "dist/a.js",
    "dist/sub/b.d.ts",
    "dist/c.gen.d.ts",
    "dist/gone.d.ts",
    "dist/sub/a.d.ts",
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  expect(staleDeclarations(folder).sort()).toEqual(["gone.d.ts", join("sub", "a.d.ts")]);
});
