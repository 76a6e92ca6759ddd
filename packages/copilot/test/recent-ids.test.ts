import { describe, expect, it } from "vitest";
import { RecentIds } from "../src/events/recent-ids.js";
import { readUuid } from "../src/events/uuid.js";

const KEPT = 256;

/** UUIDs that differ in one place, where ids of different makers differ. */
const MAKERS: Record<string, (i: number) => string> = {
  "the beginning": (i) => `${i.toString(16).padStart(8, "0")}-cdc2-40d2-9eb0-5598668c7e2f`,
  "the second group": (i) => `95d98017-${i.toString(16).padStart(4, "0")}-40d2-9eb0-5598668c7e2f`,
  "the fourth group": (i) => `95d98017-cdc2-40d2-${i.toString(16).padStart(4, "0")}-5598668c7e2f`,
  "the end": (i) => `95d98017-cdc2-40d2-9eb0-${i.toString(16).padStart(12, "0")}`,
  "no UUIDs": (i) => `event-${i}`,
  "both kinds": (i) => (i % 3 === 0 ? `event-${i}` : MAKERS["the end"]!(i)),
};

describe("recent ids", () => {
  for (const [where, make] of Object.entries(MAKERS)) {
    it(`tells copies from new ids that differ in: ${where}`, () => {
      const ids = new RecentIds(KEPT);
      for (let i = 1; i <= 2_000; i++) {
        expect(ids.add(make(i)), `${i}`).toBe(true);
        for (const back of [0, 1, 7, KEPT - 1]) {
          if (back < i) expect(ids.add(make(i - back)), `${i - back} after ${i}`).toBe(false);
        }
      }
    });

    it(`forgets what is old: ${where}`, () => {
      const ids = new RecentIds(KEPT);
      for (let i = 1; i <= KEPT * 2 + 1; i++) ids.add(make(i));
      expect(ids.add(make(1))).toBe(true);
    });
  }

  it("takes no text for another one", () => {
    const ids = new RecentIds(KEPT);
    const texts = [
      "95d98017-cdc2-40d2-9eb0-5598668c7e2f",
      "95D98017-cdc2-40d2-9eb0-5598668c7e2f",
      "95d98017-cdc2-40d2-9eb0-5598668c7e2g",
      "95d98017-cdc2-40d2-9eb0-5598668c7e2\u0130",
      "95d98017-cdc2-40d2-9eb005598668c7e2f",
      "00000000-0000-0000-0000-000000000000",
      "00000000-0000-0000-0000-000000000001",
      "",
    ];
    for (const text of texts) expect(ids.add(text), text).toBe(true);
    for (const text of texts) expect(ids.add(text), text).toBe(false);
  });

  it("reads all bits of a UUID", () => {
    const bits = readUuid("00112233-4455-6677-8899-aabbccddeeff");
    expect([...bits!].map((word) => (word >>> 0).toString(16))).toEqual([
      "112233",
      "44556677",
      "8899aabb",
      "ccddeeff",
    ]);
  });
});
