import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats, createNatsStore } from "@stubwright/fleet";
import { createPostgresStore } from "@stubwright/fleet/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NatsServer, startNats } from "./support/nats-server.js";
import { because, missing, NATS, POSTGRES } from "./support/needs.js";
import { startPostgres } from "./support/postgres-server.js";

describe.skipIf(missing(NATS))(`the store in NATS${because(NATS)}`, () => {
  let server: NatsServer;
  let nats: NatsConnection;
  beforeAll(async () => {
    server = await startNats();
    nats = await connectNats({ servers: server.url }, "test");
  });
  afterAll(async () => {
    await nats.close();
    await server[Symbol.asyncDispose]();
  });

  test("F1 refuses writes when it is full, and keeps what it has", async () => {
    const store = await createNatsStore(nats, { prefix: "small", maxBytes: 200_000 });
    await store.renew("h", 60_000);
    const key = { tenant: "default", sessionId: "s" };
    const lease = await store.acquire(key, "h");
    let written = 0;
    const fill = async () => {
      for (; written < 100; written++) await lease.append(Buffer.alloc(10_000, written));
    };
    await expect(fill()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/maximum bytes/),
    });
    expect(written).toBeGreaterThan(10);
    const entries = await store.read(key);
    expect(entries.length).toBe(written);
    expect(entries.map(([first]) => first)).toEqual(entries.map((_, index) => index));
  });

  test("F1 says so when the stream is of another version", async () => {
    const jsm = await jetstreamManager(nats);
    await jsm.streams.add({
      name: "old-sessions",
      description: "stubwright sessions, format 0",
      subjects: ["old.log.*.*"],
    });
    await expect(createNatsStore(nats, { prefix: "old" })).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/another version: it says "stubwright sessions, format 0"/),
    });
  });

  test("F4 a write waits for a NATS that restarts, and is there once", {
    timeout: 30_000,
  }, async () => {
    const store = await createNatsStore(nats, { prefix: "wait" });
    await store.renew("h", 60_000);
    const key = { tenant: "default", sessionId: "s" };
    const lease = await store.acquire(key, "h");
    const texts = Array.from({ length: 60 }, (_, index) => `entry ${index}`);
    let isDone = false;
    const writing = (async () => {
      for (const text of texts) await lease.append(Buffer.from(text));
      isDone = true;
    })();
    for (let round = 0; round < 3 && !isDone; round++) {
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await server.start();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await writing;
    const found = (await store.read(key)).map((entry) => Buffer.from(entry).toString());
    expect(found).toEqual(texts);
  });

  test("F1 a write that NATS does not take in time fails", { timeout: 30_000 }, async () => {
    const store = await createNatsStore(nats, { prefix: "gone", writeWaitMs: 500 });
    await store.renew("h", 60_000);
    const lease = await store.acquire({ tenant: "default", sessionId: "s" }, "h");
    await server.kill();
    const began = performance.now();
    await expect(lease.append(Buffer.from("x"))).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(performance.now() - began).toBeLessThan(5_000);
    await server.start();
  });
});

describe.skipIf(missing(POSTGRES))(`the store in PostgreSQL${because(POSTGRES)}`, () => {
  test("F1 says so when it cannot be reached, or its tables are of another version", async () => {
    const nowhere = new Pool({ connectionString: "postgres://x@127.0.0.1:1/x" });
    await expect(createPostgresStore(nowhere)).rejects.toMatchObject({ code: "STORE_FAILED" });
    await nowhere.end();
    const server = await startPostgres();
    const pool = new Pool({ connectionString: server.url });
    await createPostgresStore(pool, { schema: "old" });
    await pool.query("UPDATE old.format SET version = 0");
    await expect(createPostgresStore(pool, { schema: "old" })).rejects.toThrow(
      /of version 0, and this is 1/,
    );
    await expect(createPostgresStore(pool, { schema: "no; DROP" })).rejects.toThrow(
      /cannot name a schema/,
    );
    await pool.end();
    await server[Symbol.asyncDispose]();
  }, 60_000);
});
