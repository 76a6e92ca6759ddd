import { expect, it } from "vitest";
import { runStrict } from "./program.js";

it("tells of every fault by a typed error or a diagnostic, and leaves nothing behind", async () => {
  const names = (await runStrict(new URL("faults.ts", import.meta.url), [], 18_000))
    .trim()
    .split("\n");
  expect(names).toHaveLength(1 + 10);
});
