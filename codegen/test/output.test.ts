import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { GenerationCache } from "../src/cache.js";
import { cacheFolder } from "../src/cache-folder.js";
import { BANNER } from "../src/generated.js";
import { generatorDigest } from "../src/generator-digest.js";
import { compare, write } from "../src/output.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-output-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

const file = (path: string) => ({ path, text: `${BANNER}\n` });
const out = (path = "") => join(folder, "out", path);

describe("what cannot be written is one error, and nothing is replaced", () => {
  const cases: [name: string, spoil: () => void, left: readonly string[]][] = [
    ["the output is a file", () => writeFileSync(out(), ""), []],
    [
      "the output is inside a file",
      () => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, "");
      },
      [],
    ],
    ["a goal is a folder", () => mkdirSync(out("b.gen.ts"), { recursive: true }), ["b.gen.ts"]],
  ];

  test.each(cases)("%s", (_, spoil, left) => {
    spoil();
    expect(() => write(out(), [file("a.gen.ts"), file("b.gen.ts")])).toThrow(
      expect.objectContaining({
        name: "StubwrightError",
        code: "OUTPUT_UNWRITABLE",
        remedy: expect.any(String),
      }),
    );
    expect(left.length > 0 ? readdirSync(out()) : []).toEqual(left);
  });
});

test("a folder that is called as a generated file is none that is left over", () => {
  mkdirSync(out("old.gen.ts"), { recursive: true });
  expect(write(out(), [file("a.gen.ts")])).toMatchObject({ stale: ["a.gen.ts"], removed: [] });
  expect(readdirSync(out()).sort()).toEqual(["a.gen.ts", "old.gen.ts"]);
  expect(compare(out(), [file("a.gen.ts")]).stale).toEqual([]);
});

describe("the cache", () => {
  const source = { manifest: { name: "m", version: "1", packages: [], files: {} }, documents: [] };

  test("that cannot be kept costs only time", () => {
    mkdirSync(join(folder, "node_modules"));
    writeFileSync(join(folder, "node_modules", ".cache"), "");
    const files = [file("a.gen.ts")];
    write(out(), files);
    new GenerationCache(source, out(), {}).store(files, []);
    expect(new GenerationCache(source, out(), {}).unchanged()).toBeUndefined();
  });

  test.each(["json-schema-to-typescript", "@ts-morph/common"])("notices another %s", (changed) => {
    const code = join(folder, "code");
    const install = (name: string, version: string) => {
      const installed = join(folder, "node_modules", name);
      mkdirSync(installed, { recursive: true });
      writeFileSync(join(installed, "package.json"), JSON.stringify({ name, version }));
    };
    mkdirSync(code);
    for (const name of ["json-schema-to-typescript", "@ts-morph/common"]) install(name, "1.0.0");
    const before = generatorDigest(code);
    expect(generatorDigest(code)).toBe(before);
    install(changed, "1.0.1");
    expect(generatorDigest(code)).not.toBe(before);
  });

  test("makes no node_modules: without one it is in the user's own cache", () => {
    expect(cacheFolder(out())).toBe(join(homedir(), ".cache", "stubwright"));
    mkdirSync(join(folder, "node_modules"));
    expect(cacheFolder(out())).toBe(join(folder, "node_modules", ".cache", "stubwright"));
    expect(existsSync(out())).toBe(false);
  });
});
