import { setTimeout as sleep } from "node:timers/promises";
import { memoryTransportPair, Peer } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import { type Faults, faultyTransport } from "../src/index.js";

function connect(faults: Faults = {}) {
  const [near, far] = memoryTransportPair();
  const server = new Peer(far);
  server.onRequest("echo", (params) => params);
  const faulty = faultyTransport(near, faults);
  return { client: new Peer(faulty), faulty, server };
}
const code = (call: Promise<unknown>) => call.catch((error: { code: string }) => error.code);

describe("N9 faults", () => {
  test("late and in single bytes, the same arrives in order", async () => {
    const lane = { delayMs: 5, splitBytes: 1 };
    const { client } = connect({ incoming: lane, outgoing: lane });
    const calls = [1, 2, 3].map((n) => client.request("echo", { n }));
    expect(await Promise.all(calls)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await client.close();
  });

  test.each(["incoming", "outgoing"])("a break at a byte, %s", async (direction) => {
    const { client, server } = connect({ [direction]: { closeAt: 10 } });
    expect(await code(client.request("echo", {}))).toBe("CONNECTION_CLOSED");
    expect(await client.closed).toMatchObject({ cause: { code: "TRANSPORT_FAILED" } });
    await server.closed;
  });

  test("a corrupt byte of the header ends the connection, one of the body is reported", async () => {
    const header = connect({ incoming: { corruptAt: 2 } });
    expect(await code(header.client.request("echo", {}))).toBe("CONNECTION_CLOSED");
    const body = connect({ incoming: { corruptAt: 30 } });
    const reported: string[] = [];
    body.client.onDiagnostic(({ kind }) => reported.push(kind));
    expect(await code(body.client.request("echo", {}, { timeoutMs: 50 }))).toBe("CALL_TIMEOUT");
    expect(reported).toContain("badMessage");
    await body.client.close();
  });

  test("dropped bytes never arrive", async () => {
    const { client } = connect({ outgoing: { drop: [0, 1_000] } });
    expect(await code(client.request("echo", {}, { timeoutMs: 30 }))).toBe("CALL_TIMEOUT");
    await client.close();
  });

  test("what was held while frozen is not overtaken by what comes after the thaw", async () => {
    const [near, far] = memoryTransportPair();
    const faulty = faultyTransport(near, { incoming: { delayMs: 20 } });
    let got = "";
    faulty.open({ data: (chunk) => (got += Buffer.from(chunk)), drain() {}, close() {} });
    far.write(Buffer.from("a"));
    await sleep(10);
    far.write(Buffer.from("b"));
    faulty.freeze();
    await sleep(15);
    faulty.thaw();
    await expect.poll(() => got.length).toBe(2);
    expect(got).toBe("ab");
  });

  test.each(["late", "frozen"])("the end comes after all that is %s", async (how) => {
    const [near, far] = memoryTransportPair();
    const faulty = faultyTransport(near, how === "late" ? { incoming: { delayMs: 20 } } : {});
    const got: string[] = [];
    const data = (chunk: Uint8Array) => void got.push(Buffer.from(chunk).toString());
    const closed = new Promise<void>((resolve) => {
      faulty.open({ data, drain() {}, close: () => resolve(void got.push("end")) });
    });
    if (how === "frozen") faulty.freeze();
    far.write(Buffer.from("last words"));
    await far.close();
    await sleep(10);
    expect(got).toEqual([]);
    if (how === "frozen") faulty.thaw();
    await closed;
    expect(got).toEqual(["last words", "end"]);
  });

  test("a freeze at a byte, and one that ends", async () => {
    const stuck = connect({ incoming: { freezeAt: 5 } });
    expect(await code(stuck.client.request("echo", {}, { timeoutMs: 30 }))).toBe("CALL_TIMEOUT");
    await stuck.client.close();
    const { client, faulty } = connect();
    faulty.freeze();
    const call = client.request("echo", { n: 1 });
    expect(await Promise.race([call, sleep(30, "nothing")])).toBe("nothing");
    faulty.thaw();
    expect(await call).toEqual({ n: 1 });
    faulty.cut();
    expect(await client.closed).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
});
