import { expect, it } from "vitest";
import { live } from "./lifecycle.js";

/** One over TCP with a guest, two over stdio; `pnpm fuzz:lifecycle` lives more. */
it.each([3, 4, 5])(
  "N1 a random life of clients and sessions, seed %i",
  {
    timeout: 90_000,
  },
  async (seed) => {
    const { wrong, steps } = await live(seed);
    expect(wrong, steps.join(", ")).toEqual([]);
  },
);
