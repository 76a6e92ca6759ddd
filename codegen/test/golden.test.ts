import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateFiles, readProtocol } from "../src/index.js";
import { goldenFolder, makeFixture } from "./fixture.js";

/** `UPDATE_GOLDEN=1 pnpm test` writes what is wanted anew; review the difference before a commit. */
const update = process.env.UPDATE_GOLDEN === "1";

test.each(["calculator", "params", "shapes", "tiny"])(
  "%s: given schemas, want files",
  async (name) => {
    using fixture = makeFixture(name);
    const want = join(goldenFolder(name), "want");
    const files = await generateFiles(readProtocol(fixture.source));
    if (update) {
      mkdirSync(want, { recursive: true });
      for (const file of files) writeFileSync(join(want, file.path), file.text);
    }
    expect(files.map((file) => file.path).sort()).toEqual(readdirSync(want).sort());
    for (const file of files) {
      expect(file.text, file.path).toBe(readFileSync(join(want, file.path), "utf8"));
    }
  },
);

test("the same input gives the same bytes", async () => {
  using fixture = makeFixture("calculator");
  const once = await generateFiles(readProtocol(fixture.source));
  const twice = await generateFiles(readProtocol(fixture.source));
  expect(twice).toEqual(once);
});

test("no prose of the schemas reaches the files", async () => {
  using fixture = makeFixture("calculator");
  expect(readFileSync(fixture.schema("api"), "utf8")).toMatch(/Adds up[\s\S]*must not reach/);
  const files = await generateFiles(readProtocol(fixture.source));
  for (const file of files) expect(file.text).not.toMatch(/Adds up|must not reach/);
});
