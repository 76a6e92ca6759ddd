import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { fetchCopilot } from "../src/index.js";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "stubwright-published-"));
  vi.stubEnv("PATH", cache); // There is no npm.
  return () => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  };
});

/** Keeps the schemas of a package, as a download does. */
function keep(version: string, packageName: string): string {
  const folder = join(cache, version, packageName.replace("/", "+"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "api.schema.json"), "{}");
  return folder;
}

test("a version of the Copilot CLI is that of the package that published it, the oldest first", () => {
  const folder = keep("1.2.3", "@github/copilot-sdk-linux-x64");
  expect(fetchCopilot("1.2.3", cache)).toEqual({
    packageName: "@github/copilot-sdk-linux-x64",
    version: "1.2.3",
    folder,
  });
  keep("1.2.3", "@github/copilot-linux-x64");
  expect(fetchCopilot("1.2.3", cache)?.packageName).toBe("@github/copilot-linux-x64");
  keep("1.2.3", "@github/copilot");
  expect(fetchCopilot("1.2.3", cache)?.packageName).toBe("@github/copilot");
});

test("a version that cannot be had is none, and leaves nothing behind", () => {
  keep("1.2.3", "@github/copilot");
  expect(fetchCopilot("1.2.4", cache)).toBeUndefined();
  expect(fetchCopilot("no version", cache)).toBeUndefined();
  expect(readdirSync(cache)).toEqual(["1.2.3"]);
});
