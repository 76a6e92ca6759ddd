import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FleetError } from "../src/fleet-error.js";
import { Link, type LinkOptions } from "../src/link/link.js";
import { SendWindow } from "../src/link/send-window.js";
import { connectNats } from "../src/nats/connect-nats.js";
import { NatsHealth } from "../src/nats/nats-health.js";
import { type NatsServer, startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";

describe("F2 a send window", () => {
  test("sends no more than its size, and goes on as it is acknowledged", () => {
    const sent: number[] = [];
    let drained = 0;
    const window = new SendWindow(
      30,
      (seq) => void sent.push(seq),
      () => void drained++,
    );
    expect(window.write(new Uint8Array(10))).toBe(true);
    expect(window.write(new Uint8Array(25))).toBe(true);
    expect(window.write(new Uint8Array(10))).toBe(false);
    expect(window.write(new Uint8Array(10))).toBe(false);
    expect(sent).toEqual([0, 1]);
    window.acknowledge(1);
    expect(sent).toEqual([0, 1, 2]);
    expect(drained).toBe(0);
    window.acknowledge(3);
    expect(sent).toEqual([0, 1, 2, 3]);
    expect(drained).toBe(1);
    expect(window.isEmpty).toBe(false);
    window.acknowledge(4);
    // An old acknowledgement says nothing new.
    window.acknowledge(2);
    expect(window.isEmpty).toBe(true);
  });

  test("sends again what was not acknowledged, in order", () => {
    const sent: number[] = [];
    const window = new SendWindow(
      100,
      (seq) => void sent.push(seq),
      () => {},
    );
    for (let index = 0; index < 4; index++) window.write(new Uint8Array(10));
    window.acknowledge(2);
    window.resend();
    expect(sent).toEqual([0, 1, 2, 3, 2, 3]);
  });
});

describe.skipIf(missing(NATS))(`a link${because(NATS)}`, () => {
  let server: NatsServer;
  let one: NatsConnection;
  let other: NatsConnection;
  beforeAll(async () => {
    server = await startNats([]);
    one = await connectNats({ servers: server.url }, "one");
    other = await connectNats({ servers: server.url }, "other");
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    await server[Symbol.asyncDispose]();
  });

  function end(nats: NatsConnection, send: string, receive: string, options: LinkOptions) {
    const state = {
      received: [] as Buffer[],
      holds: false,
      drains: 0,
      closed: undefined as { cause: FleetError | undefined } | undefined,
    };
    const link = new Link(
      nats,
      new NatsHealth(nats),
      { send, receive },
      {
        data: (chunk) => {
          state.received.push(Buffer.from(chunk));
          return !state.holds;
        },
        drain: () => void state.drains++,
        closed: (cause) => {
          state.closed = { cause };
        },
      },
      options,
    );
    return { link, state };
  }
  let number = 0;
  const pair = async (options: LinkOptions = {}) => {
    number++;
    const near = end(one, `up.${number}`, `down.${number}`, options);
    const far = end(other, `down.${number}`, `up.${number}`, options);
    await one.flush();
    await other.flush();
    return { near, far };
  };

  test("F2 carries megabytes whole and in order, both ways", async () => {
    const { near, far } = await pair({ windowBytes: 100_000 });
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    near.link.write(bytes);
    far.link.write(bytes);
    await expect.poll(() => Buffer.concat(far.state.received).length).toBe(bytes.length);
    await expect.poll(() => Buffer.concat(near.state.received).length).toBe(bytes.length);
    expect(Buffer.concat(far.state.received).equals(bytes)).toBe(true);
    expect(Buffer.concat(near.state.received).equals(bytes)).toBe(true);
    near.link.close();
    await expect.poll(() => far.state.closed?.cause?.code).toBe("CLOSED");
  });

  test("F2 a reader that is slow holds the writer, and the broker has no more than a window", async () => {
    const { near, far } = await pair({ windowBytes: 64 * 1024 });
    far.state.holds = true;
    let more = true;
    let written = 0;
    while (more && written < 10_000_000) {
      more = near.link.write(Buffer.alloc(10_000));
      written += 10_000;
    }
    expect(written).toBeLessThan(100_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = Buffer.concat(far.state.received).length;
    expect(held).toBeLessThanOrEqual(74 * 1024);
    expect(near.state.drains).toBe(0);
    far.state.holds = false;
    far.link.consumed();
    await expect.poll(() => near.state.drains, { timeout: 5_000 }).toBe(1);
    await expect.poll(() => Buffer.concat(far.state.received).length).toBe(written);
    near.link.close();
  });

  test("F4 what is lost with NATS is sent again, once and in order", {
    timeout: 30_000,
  }, async () => {
    const { near, far } = await pair();
    const texts = Array.from({ length: 400 }, (_, index) => `<${index}>`);
    for (const [index, text] of texts.entries()) {
      near.link.write(Buffer.from(text));
      if (index === 100 || index === 250) {
        await server.kill();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      if (index === 150 || index === 300) await server.start();
      if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await expect
      .poll(() => Buffer.concat(far.state.received).toString(), { timeout: 15_000 })
      .toBe(texts.join(""));
    expect(near.state.closed).toBeUndefined();
    near.link.close();
  });

  test("F4 silence is noticed, and so is a NATS that is gone for too long", async () => {
    const { near, far } = await pair({ silentMs: 400 });
    far.link.close();
    await expect.poll(() => near.state.closed?.cause?.code).toBe("CLOSED");
    const alone = end(one, "nobody", "hears", { silentMs: 400 });
    await expect.poll(() => alone.state.closed?.cause?.code).toBe("PEER_SILENT");
    const gone = await pair({ silentMs: 400, natsGoneMs: 800 });
    await server.kill();
    await expect
      .poll(() => gone.near.state.closed?.cause?.code, { timeout: 5_000 })
      .toBe("NATS_GONE");
    await server.start();
  });
});
