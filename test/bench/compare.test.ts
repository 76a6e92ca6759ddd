import { expect, test } from "vitest";
import { compareWithRecorded } from "./compare.js";
import { ROWS, type Values } from "./rows.js";

const latency = ROWS.find(({ title }) => title === "pings one by one, median")!;
const rate = ROWS.find(({ title }) => title === "20,000 pings in flight")!;

test.each([
  ["less is better, within twice the worst round", latency, [26, 78], [70, 80, 90], false],
  ["less is better, beyond it", latency, [26, 78], [170, 180, 190], true],
  ["less is better, no round that was bad", latency, [26, 27], [70, 80, 90], true],
  ["more is better, within half of the worst round", rate, [300, 500], [200, 160, 170], false],
  ["more is better, below it", rate, [300, 500], [140, 120, 300], true],
])("%s", (_, row, before, now, worse) => {
  const recorded = { results: [{ ...row, values: beside(before) }] };
  const found = compareWithRecorded([{ row, values: beside(now) }], recorded);
  expect(found.map(({ row: { id } }) => id)).toEqual(worse ? [row.id] : []);
});

test("a row that was never recorded is not compared", () => {
  expect(compareWithRecorded([{ row: rate, values: beside([1]) }], { results: [] })).toEqual([]);
});

/** Beside a peer whose value is always 100. */
function beside(stubwright: readonly number[]): Values {
  return { stubwright, peer: stubwright.map(() => 100) };
}
