import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generateFiles, readProtocol, write } from "../../codegen/src/index.js";
import { compileFolder } from "./compile.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("what is made from the installed schemas, with their descriptions, compiles", {
  timeout: 60_000,
}, async () => {
  const files = await generateFiles(readProtocol(join(root, "schema/copilot/source.json")), {
    docs: true,
  });
  const types = files.find((file) => file.path === "types.gen.ts")?.text ?? "";
  expect(types).toMatch(/^ \* - `long_context`: /m);
  expect(types).toContain("@experimental");
  expect(types).toContain("@deprecated");
  const folder = mkdtempSync(join(root, "test", "compile-"));
  try {
    write(folder, files);
    expect(compileFolder(folder).errors).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
