import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  copyStoredSession,
  createFolderStore,
  createMemoryStore,
  deleteSessionsBefore,
  deleteStoredSession,
  exportStoredSession,
  HeldSessions,
  type SessionKey,
  type SessionLease,
  type SessionStore,
} from "@stubwright/copilot";
import { connectNats, createNatsStore } from "@stubwright/fleet";
import { createPostgresStore } from "@stubwright/fleet/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startNats } from "./support/nats-server.js";
import { because, missing, NATS, type Need, POSTGRES } from "./support/needs.js";
import { startPostgres } from "./support/postgres-server.js";

/** Two programs that use one store, and what ends them. */
interface Pair {
  readonly one: SessionStore;
  readonly other: SessionStore;
  end(): Promise<void>;
}

const NONE: Need = { path: "", remedy: "" };

const STORES: readonly (readonly [string, Need, () => Promise<Pair>])[] = [
  [
    "memory",
    NONE,
    async () => {
      const store = createMemoryStore();
      return { one: store, other: store, end: async () => {} };
    },
  ],
  [
    "a folder",
    NONE,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "store-"));
      const end = () => rm(folder, { recursive: true });
      return { one: createFolderStore(folder), other: createFolderStore(folder), end };
    },
  ],
  [
    "NATS JetStream",
    NATS,
    async () => {
      const server = await startNats();
      const one = await connectNats({ servers: server.url }, "one");
      const other = await connectNats({ servers: server.url }, "other");
      return {
        one: await createNatsStore(one),
        other: await createNatsStore(other),
        end: async () => {
          await one.close();
          await other.close();
          await server[Symbol.asyncDispose]();
        },
      };
    },
  ],
  [
    "PostgreSQL",
    POSTGRES,
    async () => {
      const server = await startPostgres();
      const one = new Pool({ connectionString: server.url });
      const other = new Pool({ connectionString: server.url });
      const [first, second] = await Promise.all([
        createPostgresStore(one),
        createPostgresStore(other),
      ]);
      return {
        one: first,
        other: second,
        end: async () => {
          await one.end();
          await other.end();
          await server[Symbol.asyncDispose]();
        },
      };
    },
  ],
];

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (entries: readonly Uint8Array[]) =>
  entries.map((entry) => new TextDecoder().decode(entry));

for (const [name, need, start] of STORES) {
  describe.skipIf(missing(need))(`F1 a store in ${name}${because(need)}`, () => {
    let pair: Pair;
    beforeAll(async () => {
      pair = await start();
    }, 60_000);
    afterAll(() => pair?.end());
    const newKey = (tenant = "default"): SessionKey => ({ tenant, sessionId: randomUUID() });
    const hold = async (store: SessionStore, key: SessionKey, ttlMs = 10_000) => {
      const holder = `h-${randomUUID()}`;
      await store.renew(holder, ttlMs);
      return { holder, lease: await store.acquire(key, holder) };
    };

    test("keeps what is appended, in order, whatever the bytes and the size", async () => {
      const key = newKey();
      const { lease } = await hold(pair.one, key);
      const entries = Array.from({ length: 300 }, (_, index) => bytes(`entry ${index}\n`));
      entries.push(new Uint8Array([0, 10, 13, 255, 0]), bytes("x".repeat(3_000_000)), bytes(""));
      for (const entry of entries) await lease.append(entry);
      const found = await pair.other.read(key);
      expect(found.length).toBe(entries.length);
      for (const [index, entry] of entries.entries()) {
        expect(Buffer.compare(found[index]!, entry)).toBe(0);
      }
      expect(await pair.other.read(newKey())).toEqual([]);
    });

    test("F3 is held by one that lives, and by another once that one is gone", async () => {
      const key = newKey();
      const { holder, lease } = await hold(pair.one, key, 600);
      await lease.append(bytes("a"));
      await expect(hold(pair.other, key)).rejects.toMatchObject({ code: "SESSION_HELD" });
      await expect(hold(pair.other, key)).rejects.toThrow(holder);
      expect(await pair.other.holderOf(key)).toBe(holder);
      await new Promise((resolve) => setTimeout(resolve, 900));
      expect(await pair.other.holderOf(key)).toBeUndefined();
      const next = await hold(pair.other, key);
      expect(next.lease.epoch).toBeGreaterThan(lease.epoch);
      expect(texts(next.lease.entries)).toEqual(["a"]);
    });

    test("F3 a lease that is given back, or whose holder retires, is free at once", async () => {
      const key = newKey();
      const first = await hold(pair.one, key);
      await first.lease.append(bytes("a"));
      await first.lease.release();
      const second = await hold(pair.other, key);
      // The release of a lease that is over ends no other.
      await first.lease.release();
      await expect(hold(pair.one, key)).rejects.toMatchObject({ code: "SESSION_HELD" });
      await pair.other.retire(second.holder);
      const third = await hold(pair.one, key);
      expect(texts(third.lease.entries)).toEqual(["a"]);
    });

    test("F4 refuses every write with an old lease, also of a holder that lives again", async () => {
      const key = newKey();
      const old = await hold(pair.one, key, 50);
      await old.lease.append(bytes("before"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const now = await hold(pair.other, key);
      await pair.one.renew(old.holder, 60_000);
      const lost = { code: "LEASE_LOST" };
      await expect(old.lease.append(bytes("late"))).rejects.toMatchObject(lost);
      await expect(old.lease.replace([bytes("late")])).rejects.toMatchObject(lost);
      await expect(old.lease.replace([])).rejects.toMatchObject(lost);
      await now.lease.append(bytes("after"));
      await expect(old.lease.append(bytes("x".repeat(2_500_000)))).rejects.toMatchObject(lost);
      await now.lease.append(bytes("more"));
      expect(texts(await pair.one.read(key))).toEqual(["before", "after", "more"]);
    });

    test("F4 of many that acquire at once and write all the time, none writes after another", async () => {
      const key = newKey();
      let acquired = 0;
      const errors: unknown[] = [];
      const run = async (store: SessionStore) => {
        for (let round = 0; round < 6; round++) {
          const holder = `h-${randomUUID()}`;
          let lease: SessionLease;
          try {
            // A holder that never says it lives: everybody takes the session from it at once.
            lease = await store.acquire(key, holder);
          } catch (error) {
            if ((error as { code?: string }).code !== "SESSION_HELD") errors.push(error);
            continue;
          }
          acquired++;
          try {
            for (let i = 0; i < 20; i++) {
              await lease.append(bytes(JSON.stringify({ epoch: lease.epoch, i })));
            }
          } catch (error) {
            if ((error as { code?: string }).code !== "LEASE_LOST") errors.push(error);
          }
        }
      };
      await Promise.all([run(pair.one), run(pair.other), run(pair.one), run(pair.other)]);
      expect(errors).toEqual([]);
      expect(acquired).toBeGreaterThan(3);
      const found = texts(await pair.one.read(key)).map((text) => JSON.parse(text));
      expect(found.length).toBeGreaterThan(0);
      // In order of leases, and within each without a hole: nothing came between, or late.
      for (const [index, { epoch, i }] of found.entries()) {
        const before = found[index - 1];
        if (before?.epoch === epoch) expect(i).toBe(before.i + 1);
        else {
          expect(i).toBe(0);
          if (before) expect(epoch).toBeGreaterThan(before.epoch);
        }
      }
    }, 60_000);

    test("replaces all entries at once, and goes on after them", async () => {
      const key = newKey();
      const { lease } = await hold(pair.one, key);
      for (const text of ["a", "b", "c"]) await lease.append(bytes(text));
      await lease.replace([bytes("abc")]);
      await lease.append(bytes("d"));
      expect(texts(await pair.other.read(key))).toEqual(["abc", "d"]);
      await lease.release();
      const next = await hold(pair.other, key);
      await next.lease.append(bytes("e"));
      expect(texts(await pair.one.read(key))).toEqual(["abc", "d", "e"]);
    });

    test("F6 lists, copies, exports and deletes the sessions of a tenant, and of no other", async () => {
      const [tenant, stranger] = [randomUUID(), randomUUID()];
      const holder = { holder: `h-${randomUUID()}`, ttlMs: 10_000, onFailure: () => {} };
      const held = new HeldSessions(pair.one, { tenant, ...holder });
      const files = await held.open("s1", 0);
      await files.writeFile("/state/events.jsonl", "one\n");
      await files.appendFile("/state/events.jsonl", "two\n");
      await files.mkdir("/state/empty", true);
      await held.close();
      await copyStoredSession(
        pair.one,
        { tenant, sessionId: "s1" },
        { tenant, sessionId: "s2" },
        pair.other,
      );
      const ids = async (of: string) => (await pair.one.list(of)).map(({ sessionId }) => sessionId);
      expect(await ids(tenant)).toEqual(["s1", "s2"]);
      expect(await ids(stranger)).toEqual([]);
      const [first] = await pair.one.list(tenant);
      expect(Math.abs(Date.now() - first!.modifiedAt.getTime())).toBeLessThan(20_000);
      const exported = await exportStoredSession(pair.other, { tenant, sessionId: "s2" });
      expect([...exported]).toEqual([["/state/events.jsonl", "one\ntwo\n"]]);
      expect(
        (await exportStoredSession(pair.one, { tenant: stranger, sessionId: "s1" })).size,
      ).toBe(0);
      await deleteStoredSession(pair.other, { tenant, sessionId: "s2" });
      expect(await ids(tenant)).toEqual(["s1"]);
      expect(await deleteSessionsBefore(pair.one, new Date(Date.now() - 60_000), tenant)).toEqual(
        [],
      );
      expect(await deleteSessionsBefore(pair.one, new Date(Date.now() + 60_000), tenant)).toEqual([
        "s1",
      ]);
      expect(await ids(tenant)).toEqual([]);
      // What was deleted can begin anew.
      const again = await hold(pair.one, { tenant, sessionId: "s2" });
      expect(again.lease.entries).toEqual([]);
    });

    test("rewrites a log of which most is superseded", async () => {
      const tenant = randomUUID();
      const held = new HeldSessions(pair.one, {
        tenant,
        holder: `h-${randomUUID()}`,
        ttlMs: 10_000,
        onFailure: () => {},
      });
      const files = await held.open("s", 0);
      for (let i = 0; i < 60; i++) await files.writeFile("/f", `${i}`.padEnd(10_000, "."));
      expect(await files.readFile("/f")).toBe("59".padEnd(10_000, "."));
      const entries = await pair.other.read({ tenant, sessionId: "s" });
      expect(entries.length).toBeLessThan(40);
      await held.close();
      const exported = await exportStoredSession(pair.other, { tenant, sessionId: "s" });
      expect(exported.get("/f")).toBe("59".padEnd(10_000, "."));
    });

    test("F1 names that could lead elsewhere are refused", async () => {
      for (const sessionId of ["../x", "a.b", "", "a/b", "a>b", "*"]) {
        const key = { tenant: "default", sessionId };
        await expect(async () => pair.one.acquire(key, "h")).rejects.toMatchObject({
          code: "INVALID_OPTIONS",
        });
        await expect(async () => pair.one.read(key)).rejects.toThrow();
      }
    });
  });
}
