import { expect, test } from "vitest";
import { runSoak } from "./soak.js";

// Memory is for `pnpm soak`: it takes a million events to say something.
test("S23 many sessions at once: no event is lost, none out of order", {
  timeout: 60_000,
}, async () => {
  const report = await runSoak({ sessions: 50, events: 5_000 });
  expect(report).toMatchObject({ events: 5_000, lost: 0, reordered: 0 });
});
