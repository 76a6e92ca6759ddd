import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { memoryTransportPair, streamTransport, type TransportSink } from "../src/index.js";
import { Delivery } from "../src/transports/delivery.js";
import { settle } from "./pair.js";

/** A sink that notes what it is told. */
function noting(told: unknown[], end = true): TransportSink {
  return {
    data: (chunk) => told.push(Buffer.from(chunk).toString()),
    drain: () => told.push("drain"),
    ...(end && { end: (cause: Error) => told.push(["end", cause.message]) }),
    close: (cause) => told.push(["close", cause?.message]),
  };
}

describe("what a sink is told", () => {
  it("has an end once and a close once, and nothing after", () => {
    const told: unknown[] = [];
    const delivery = new Delivery(() => told.push("unheard"));
    delivery.open(noting(told));
    delivery.end(new Error("first"));
    delivery.end(new Error("second"));
    delivery.drain();
    delivery.close();
    delivery.close(new Error("late"));
    delivery.end(new Error("late"));
    delivery.data(Buffer.from("late"));
    delivery.drain();
    expect(told).toEqual([["end", "first"], "drain", ["close", undefined]]);
  });

  it.each([true, false])(
    "comes in a microtask when it was before the sink (closed: %s)",
    async (closed) => {
      const told: unknown[] = [];
      const delivery = new Delivery(() => {});
      delivery.end(new Error("the end"));
      if (closed) delivery.close(new Error("the close"));
      delivery.open(noting(told));
      expect(told).toEqual([]);
      await settle();
      expect(told).toEqual([closed ? ["close", "the close"] : ["end", "the end"]]);
    },
  );

  it("is a close where nobody listens to the end", () => {
    const told: unknown[] = [];
    const delivery = new Delivery(() => told.push("unheard"));
    delivery.open(noting(told, false));
    delivery.end(new Error("the end"));
    expect(told).toEqual([["close", "the end"], "unheard"]);
  });
});

describe("a pair in memory", () => {
  it("half-closes: what is under way arrives, then the end, and the other way stays open", async () => {
    const [left, right] = memoryTransportPair();
    const told: unknown[] = [];
    const far: unknown[] = [];
    left.open(noting(told));
    right.open(noting(far));
    right.write(Buffer.from("last"));
    right.end();
    right.write(Buffer.from("lost"));
    await settle();
    expect(told).toEqual(["last", ["end", "The other side closed the connection"]]);
    left.write(Buffer.from("answer"));
    await settle();
    expect(far).toEqual(["answer"]);
    await left.close();
    await settle();
    expect(far).toEqual(["answer", ["close", "The other side closed the connection"]]);
    expect(told.at(-1)).toEqual(["close", undefined]);
  });

  it("closes by itself when its sink does not listen to the end", async () => {
    const [left, right] = memoryTransportPair();
    const far: unknown[] = [];
    left.open(noting([], false));
    right.open(noting(far));
    right.end();
    await settle();
    expect(far).toEqual([["close", "The other side closed the connection"]]);
  });
});

describe("a transport over two streams", () => {
  it("leaves no listeners behind but those of errors", async () => {
    const [readable, writable] = [new PassThrough(), new PassThrough()];
    const count = (stream: PassThrough) =>
      ["data", "end", "close", "finish", "drain"].map((name) => stream.listenerCount(name));
    const before = [readable, writable].map(count);
    const transport = streamTransport(readable, writable);
    const told: unknown[] = [];
    transport.open(noting(told));
    readable.write("in");
    transport.write(Buffer.from("out"));
    await settle();
    await transport.close();
    expect([readable, writable].map(count)).toEqual(before);
    expect(String(writable.read())).toBe("out");
    expect([readable.destroyed, writable.destroyed]).toEqual([true, true]);
    expect(told).toEqual(["in", ["close", undefined]]);
    expect(() => readable.emit("error", new Error("late"))).not.toThrow();
    expect(() => writable.emit("error", new Error("late"))).not.toThrow();
  });
});
