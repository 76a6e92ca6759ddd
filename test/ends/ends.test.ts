import { describe, expect, it } from "vitest";
import { ENDS, passed, runEnds } from "./ends.js";

const LINKS = ["stdio", "tcp"] as const;
const cases = ENDS.flatMap((end) => LINKS.map((link) => [end, link] as const));

// `pnpm ends` does it a hundred times each.
describe.skipIf(process.platform === "win32")("an app that ends in the middle of a turn", () => {
  it.each(cases)(
    "loses no message and leaves no runtime: %s, %s",
    { timeout: 60_000 },
    async (...how) => {
      const report = await runEnds(...how, 5, Date.now() % 2 ** 31);
      expect(passed(report), JSON.stringify(report)).toBe(true);
    },
  );
});
