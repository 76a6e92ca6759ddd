import { expect, test } from "vitest";
import { compareWithRecorded } from "./compare.js";
import { ROWS, type Row, type Values } from "./rows.js";

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

const ping = ROWS.find(({ title }) => title.startsWith("ping through NATS"))!;
const delay = ROWS.find(({ title }) => title.includes("a timer's delay"))!;
const others: readonly (readonly [string, Row, Values, Values, boolean])[] = [
  [
    "the floor, within",
    ping,
    { stubwright: [1], floor: [1] },
    { stubwright: [9], floor: [5] },
    false,
  ],
  [
    "the floor, beyond",
    ping,
    { stubwright: [1], floor: [1] },
    { stubwright: [3], floor: [1] },
    true,
  ],
  ["itself, within", delay, { stubwright: [2] }, { stubwright: [3.9] }, false],
  ["itself, beyond", delay, { stubwright: [2] }, { stubwright: [4.1] }, true],
];
test.each(others)("a row without a peer is compared with %s", (_, row, before, now, worse) => {
  const found = compareWithRecorded([{ row, values: now }], {
    results: [{ ...row, values: before }],
  });
  expect(found.map(({ row: { id } }) => id)).toEqual(worse ? [row.id] : []);
});

test("what has no goal and no chart is not compared", () => {
  const row = ROWS.find(({ title }) => title.startsWith("sessions created"))!;
  const results = [{ row, values: { stubwright: [1] } }];
  const recorded = { results: [{ ...row, values: { stubwright: [100] } }] };
  expect(compareWithRecorded(results, recorded)).toEqual([]);
});

/** Beside a peer whose value is always 100. */
function beside(stubwright: readonly number[]): Values {
  return { stubwright, peer: stubwright.map(() => 100) };
}
