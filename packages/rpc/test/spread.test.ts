import { expect, it } from "vitest";
import { spread } from "../src/transports/spread.js";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it("runs sixteen in a turn of the loop, in order, and those that come meanwhile after them", async () => {
  const ran: number[] = [];
  for (let i = 0; i < 40; i++) spread(() => ran.push(i));
  const counts = [ran.length];
  await nextTurn();
  counts.push(ran.length);
  spread(() => ran.push(40));
  for (let turn = 0; turn < 3; turn++) {
    await nextTurn();
    counts.push(ran.length);
  }
  expect(counts).toEqual([16, 32, 41, 41, 41]);
  expect(ran).toEqual(Array.from({ length: 41 }, (_, i) => i));
});

it("counts each turn by itself", async () => {
  await nextTurn();
  spread(() => {});
  await nextTurn();
  let ran = 0;
  for (let i = 0; i < 17; i++) spread(() => ran++);
  expect(ran).toBe(16);
  await nextTurn();
  expect(ran).toBe(17);
});
