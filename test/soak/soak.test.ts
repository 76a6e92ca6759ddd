import { expect, test } from "vitest";
import { runLoad } from "./load.js";
import { runSoak } from "./soak.js";

// Memory is for `pnpm soak`: it takes a million events to say something.
test("S23 many sessions at once: no event is lost, none out of order", {
  timeout: 60_000,
}, async () => {
  const report = await runSoak({ sessions: 50, events: 5_000 });
  expect(report).toMatchObject({ events: 5_000, lost: 0, reordered: 0 });
});

test("S23 calls under a steady load: each is answered, and its time is known", {
  timeout: 60_000,
}, async () => {
  const report = await runLoad({ minutes: 0.02, load: 0.5, most: 2_000 });
  expect(report.wrong).toBe(0);
  expect(report.calls).toBeGreaterThan(100);
  expect(report.p50).toBeLessThanOrEqual(report.p99);
  expect(report.p99).toBeLessThanOrEqual(report.max + 0.1);
});
