import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateFiles, readProtocol, write } from "../../codegen/src/index.js";
import { compileFolder } from "./compile.js";
import { makeProject } from "./project.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** An older version, which the lock file brings. */
const older = join(root, "test/node_modules/copilot-schemas-older");
const { glibcVersionRuntime } = (
  process.report.getReport() as { header: { glibcVersionRuntime?: string } }
).header;
/** Its package is for this platform alone, and is not installed on others. */
const hasOlder =
  process.platform === "linux" && process.arch === "x64" && glibcVersionRuntime !== undefined;

describe("what is made from installed schemas, with their descriptions, compiles", {
  timeout: 60_000,
}, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(root, "test", "compile-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("those that the client is made from", async () => {
    const types = await generateInto(folder, join(root, "schema/copilot/source.json"));
    expect(types).toMatch(/^ \* - `long_context`: /m);
    expect(types).toContain("@experimental");
    expect(types).toContain("@deprecated");
    expect(compileFolder(folder).errors).toBe("");
  });

  test.skipIf(!hasOlder)("those of an older version", async () => {
    const { version } = JSON.parse(readFileSync(join(older, "package.json"), "utf8"));
    const source = makeProject(join(folder, "project"), version, join(older, "schemas"));
    const types = await generateInto(join(folder, "out"), source);
    expect(types).toContain("export interface ");
    expect(compileFolder(join(folder, "out")).errors).toBe("");
  });
});

/** Generates with descriptions; gives the text of the types. */
async function generateInto(folder: string, source: string): Promise<string> {
  const files = await generateFiles(readProtocol(source), { docs: true });
  write(folder, files);
  return files.find((file) => file.path === "types.gen.ts")?.text ?? "";
}
