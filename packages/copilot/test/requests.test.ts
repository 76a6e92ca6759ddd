import { describe, expect, test } from "vitest";
import { Requests } from "../src/callbacks/requests.js";

const settled = async (end: Promise<boolean>) =>
  Promise.race([end, new Promise((resolve) => setImmediate(() => resolve("waits")))]);

describe("N1 requests that an abort or a disconnect may end", () => {
  const stop = () => {
    const requests = new Requests<string>();
    const open = requests.begin("open");
    let decide!: (agreed: boolean) => void;
    const agreed = new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    requests.stop(new Error("stopped"), agreed);
    return { requests, open, decide };
  };

  test("wait for the server's word, and count if it refuses", async () => {
    const { open, decide } = stop();
    expect(open?.stop.aborted).toBe(true);
    expect(open?.signal.aborted).toBe(false);
    const end = open?.end() as Promise<boolean>;
    expect(await settled(end)).toBe("waits");
    decide(false);
    expect(await end).toBe(true);
  });

  test("are settled if it agrees", async () => {
    const { open, decide } = stop();
    const end = open?.end() as Promise<boolean>;
    decide(true);
    expect(await end).toBe(false);
    expect(open?.signal.aborted).toBe(true);
  });

  test("those that come meanwhile are answered at once, and outlive it", async () => {
    const { requests, decide } = stop();
    const first = requests.begin("first");
    const second = requests.begin("second");
    expect(first?.stop.aborted).toBe(false);
    expect(await settled(first?.end() as Promise<boolean>)).toBe(true);
    decide(true);
    expect(await settled(second?.end() as Promise<boolean>)).toBe(true);
    expect(second?.signal.aborted).toBe(false);
  });

  test("two that end one request both count", async () => {
    const { requests, open, decide } = stop();
    requests.stop(new Error("again"), Promise.resolve(false));
    const end = open?.end() as Promise<boolean>;
    expect(await settled(end)).toBe("waits");
    decide(true);
    expect(await end).toBe(false);
  });
});

describe("N16 what a client answers that leaves", () => {
  test("is told of what is open, unless it is left to others", async () => {
    const requests = new Requests<string>();
    const mine = requests.begin("mine", "gone");
    requests.begin("another's");
    requests.begin("left", "gone too")?.leaveToOthers();
    expect(requests.leaving()).toEqual(["gone"]);
    await mine?.end();
    expect(requests.leaving()).toEqual([]);
  });
});
