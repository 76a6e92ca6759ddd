import { expect, it } from "vitest";
import { runStrict } from "./program.js";

it("survives mutated frames: every refusal is typed, every call settles, nothing hangs", async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  // Printed also when it passes, so that a run can be repeated; `pnpm fuzz` runs a million.
  console.log(`SEED=${seed}`);
  const summary = JSON.parse(
    await runStrict(
      new URL("run.ts", import.meta.url),
      ["--frames=20000", `--seed=${seed}`],
      18_000,
    ),
  );
  expect(summary).toMatchObject({ seed, frames: 20_000, connections: 200 });
  expect(summary.refused).toBeGreaterThan(1000);
  expect(Object.keys(summary.kinds)).toHaveLength(14);
});
