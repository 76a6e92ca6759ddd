import { mkdtemp, readdir, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ResponseError } from "@stubwright/rpc";
import { afterAll, describe, expect, test } from "vitest";
import {
  createFolderSessionFs,
  createMemorySessionFs,
  createNodeSqlite,
  createSessionFsAdapter,
  type SessionFsProvider,
  type SessionFsSqliteProvider,
  SessionFsSqliteTransactionFailure,
} from "../src/index.js";

const folder = await mkdtemp(join(tmpdir(), "stubwright-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const enoent = expect.objectContaining({ code: "ENOENT" });
let count = 0;

describe.each([
  ["memory", createMemorySessionFs()],
  ["a folder", createFolderSessionFs(folder)],
])("P4 the provider for %s", (_name, create) => {
  const fresh = () => create({ sessionId: `session-${count++}` });

  test("keeps files and folders", async () => {
    const files = fresh();
    await files.writeFile("/a/b/c.txt", "one ä€😀", 0o600);
    await files.appendFile("/a/b/c.txt", "\ntwo");
    await files.appendFile("/a/new.txt", "three");
    expect(await files.readFile("/a/b/c.txt")).toBe("one ä€😀\ntwo");
    expect(await files.readdir("/a")).toEqual(["b", "new.txt"]);
    expect(await files.readdirWithTypes("/a")).toEqual([
      { name: "b", type: "directory" },
      { name: "new.txt", type: "file" },
    ]);
    const info = await files.stat("/a/b/c.txt");
    expect(info).toMatchObject({ isFile: true, isDirectory: false, size: 17 });
    expect(Date.now() - Date.parse(info.mtime)).toBeLessThan(60_000);
    expect(await files.stat("/a")).toMatchObject({ isFile: false, isDirectory: true });
    await files.writeFile("/a/b/c.txt", "anew");
    expect(await files.readFile("/a/b/c.txt")).toBe("anew");
  });

  test("renames files over others, and folders with what is in them", async () => {
    const files = fresh();
    await files.writeFile("/x/one", "1");
    await files.writeFile("/x/two", "2");
    await files.rename("/x/one", "/x/two");
    expect(await files.readdir("/x")).toEqual(["two"]);
    expect(await files.readFile("/x/two")).toBe("1");
    await files.mkdir("/x/deep/er", true);
    await files.writeFile("/x/deep/er/file", "f");
    await files.rename("/x", "/y");
    expect(await files.readFile("/y/deep/er/file")).toBe("f");
    expect(await files.exists("/x")).toBe(false);
    await expect(files.rename("/nowhere", "/z")).rejects.toEqual(enoent);
    await expect(files.rename("/y", "/y/in/itself")).rejects.toThrow();
  });

  test("makes and removes folders as it is told", async () => {
    const files = fresh();
    await expect(files.mkdir("/no/parent", false)).rejects.toEqual(enoent);
    await files.mkdir("/p", false);
    await expect(files.mkdir("/p", false)).rejects.toMatchObject({ code: "EEXIST" });
    await files.mkdir("/p/q", true);
    await files.mkdir("/p/q", true);
    await expect(files.rm("/p", false, false)).rejects.toThrow();
    await files.rm("/p", true, false);
    expect(await files.exists("/p")).toBe(false);
    await expect(files.rm("/p", true, false)).rejects.toEqual(enoent);
    await files.rm("/p", true, true);
  });

  test("says what is not there", async () => {
    const files = fresh();
    expect(await files.exists("/none")).toBe(false);
    for (const miss of [
      () => files.readFile("/none"),
      () => files.stat("/none"),
      () => files.readdir("/none"),
      () => files.readdirWithTypes("/none"),
    ]) {
      await expect(miss()).rejects.toEqual(enoent);
    }
    await files.writeFile("/file", "");
    await expect(files.readdir("/file")).rejects.toThrow();
    await files.mkdir("/dir", true);
    await expect(files.readFile("/dir")).rejects.toThrow();
  });

  test("keeps sessions apart, and gives a session the same files again", async () => {
    const [one, other] = [create({ sessionId: "one" }), create({ sessionId: "other" })];
    await one.writeFile("/f", "of one");
    await one.writeFile("/../../other/files/f", "from one");
    expect(await other.exists("/f")).toBe(false);
    expect(await one.readFile("/other/files/f")).toBe("from one");
    expect(await create({ sessionId: "one" }).readFile("f")).toBe("of one");
  });

  test.runIf(isBuiltin("node:sqlite"))("has a database where Node has one", async () => {
    const { sqlite } = fresh();
    expect(await sqlite?.exists()).toBe(false);
    await sqlite?.query("exec", "CREATE TABLE t (a TEXT)");
    expect(await sqlite?.exists()).toBe(true);
  });
});

test("P4 a folder is kept inside of its place, whatever the session is called", async () => {
  const create = createFolderSessionFs(join(folder, "kept"));
  for (const sessionId of ["..", "a/b", "", "a\\b", "."]) {
    expect(() => create({ sessionId })).toThrow(/cannot be the name of a session's folder/);
  }
  await create({ sessionId: "s" }).writeFile("/state/e.jsonl", "1");
  expect(await readdir(join(folder, "kept", "s"))).toEqual(["files"]);
  expect(await readdir(join(folder, "kept", "s", "files", "state"))).toEqual(["e.jsonl"]);
});

/** A provider whose parts are replaced. */
function provider(parts: Partial<SessionFsProvider>): SessionFsProvider {
  return { ...createMemorySessionFs()({ sessionId: "s" }), ...parts };
}

const call = { sessionId: "s", path: "/f" };

test("P4 the adapter tells errors by value, and all but missing files to the app", async () => {
  const errors: [string, unknown][] = [];
  const broken = new Error("the disk is on fire: ghp_0123456789abcdefghijABCDEFGHIJ012345");
  const fail = () => Promise.reject(broken);
  const names = "writeFile appendFile mkdir rm rename stat readdir readdirWithTypes".split(" ");
  const parts = Object.fromEntries(names.map((name) => [name, fail]));
  const handler = createSessionFsAdapter(provider(parts), (method, error) => {
    errors.push([method, error]);
  });
  expect(await handler.readFile(call)).toMatchObject({ content: "", error: { code: "ENOENT" } });
  expect(errors).toEqual([]);
  const rest = { ...call, content: "", src: "/a", dest: "/b" };
  for (const name of names) {
    const answer = await (handler as never as Record<string, (p: object) => Promise<object>>)[
      name
    ]?.(rest);
    const { error = answer } = answer as { error?: object };
    expect(error).toMatchObject({
      code: "UNKNOWN",
      message: expect.stringMatching(/^the disk is on fire/),
    });
    expect(JSON.stringify(error)).not.toContain("ghp_");
  }
  expect(errors.map(([method]) => method)).toEqual(names);
});

test("P4 a store that cannot be asked is no empty store", async () => {
  const exists = () => Promise.reject(new Error("no connection"));
  const handler = createSessionFsAdapter(provider({ exists }));
  await expect(handler.exists(call)).rejects.toThrow(ResponseError);
  const missing = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" }));
  const other = createSessionFsAdapter(provider({ exists: missing }));
  expect(await other.exists(call)).toEqual({ exists: false });
});

test("P4 calls reach a provider one at a time, in order, whatever each takes", async () => {
  const seen: string[] = [];
  let running = 0;
  const appendFile = async (_path: string, content: string) => {
    expect(++running).toBe(1);
    await sleep(content === "first" ? 20 : 0);
    if (content === "second") {
      running--;
      throw new Error("only this one");
    }
    seen.push(content);
    running--;
  };
  const handler = createSessionFsAdapter(provider({ appendFile }));
  const answers = await Promise.all(
    ["first", "second", "third"].map((content) => handler.appendFile({ ...call, content })),
  );
  expect(seen).toEqual(["first", "third"]);
  expect(answers).toMatchObject([undefined, { message: "only this one" }, undefined]);
});

test("P4 a provider's own database is asked, and its failures are told by their kind", async () => {
  const asked: unknown[] = [];
  const sqlite: SessionFsSqliteProvider = {
    query: async (...args) => {
      asked.push(args);
      if (args[1] === "wrong") throw new Error("syntax error");
      return undefined;
    },
    transaction: async (statements) => {
      asked.push(statements);
      throw new SessionFsSqliteTransactionFailure("busy", "busyOrLocked");
    },
    exists: async () => true,
  };
  const errors: string[] = [];
  const handler = createSessionFsAdapter(provider({ sqlite }), (method) => errors.push(method));
  const sql = { sessionId: "s", queryType: "query", query: "SELECT :a", params: { a: 1 } } as const;
  const nothing = { rows: [], columns: [], rowsAffected: 0 };
  expect(await handler.sqliteQuery(sql)).toEqual(nothing);
  expect(await handler.sqliteQuery({ ...sql, query: "wrong" })).toEqual({
    ...nothing,
    error: { code: "UNKNOWN", message: "syntax error" },
  });
  const { sessionId, ...statement } = sql;
  expect(await handler.sqliteTransaction({ sessionId, statements: [statement] })).toEqual({
    results: [],
    error: { errorClass: "busyOrLocked", message: "busy" },
  });
  expect(await handler.sqliteExists({ sessionId })).toEqual({ exists: true });
  expect(asked).toEqual([
    ["query", "SELECT :a", { a: 1 }],
    ["query", "wrong", { a: 1 }],
    [statement],
  ]);
  expect(errors).toEqual(["sqliteTransaction"]);

  const without = createSessionFsAdapter({ ...provider({}), sqlite: undefined as never });
  expect(await without.sqliteExists({ sessionId })).toEqual({ exists: false });
  expect(await without.sqliteQuery(sql)).toMatchObject({
    error: { message: expect.stringMatching(/without a database/) },
  });
  const { transaction: _, ...plain } = sqlite;
  const noTransactions = createSessionFsAdapter(provider({ sqlite: plain }));
  expect(await noTransactions.sqliteTransaction({ sessionId, statements: [] })).toMatchObject({
    error: { errorClass: "fatal", message: expect.stringMatching(/no transactions/) },
  });
});

// Node 20 has no SQLite.
describe.runIf(isBuiltin("node:sqlite"))("P4 Node's own database", () => {
  test("runs statements, and a transaction whole or not at all", async () => {
    const file = join(folder, "deep", "db.sqlite");
    const sqlite = createNodeSqlite(file)!;
    expect(await sqlite.exists()).toBe(false);
    await sqlite.query("exec", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
    const insert = "INSERT INTO t (a, b) VALUES (:a, x'0102')";
    expect(await sqlite.query("run", insert, { a: "one" })).toMatchObject({
      rowsAffected: 1,
      lastInsertRowid: 1,
    });
    expect(await sqlite.query("query", "SELECT a, b FROM t WHERE a = $a", { a: "one" })).toEqual({
      rows: [{ a: "one", b: "AQI=" }],
      columns: ["a", "b"],
      rowsAffected: 0,
    });
    const statements = [
      { queryType: "run", query: insert, params: { a: "two" } },
      { queryType: "query", query: "SELECT count(*) AS n FROM t" },
    ] as const;
    expect((await sqlite.transaction?.([...statements]))?.[1]?.rows).toEqual([{ n: 2 }]);
    const wrong = { queryType: "run", query: "INSERT INTO nowhere VALUES (1)" } as const;
    await expect(sqlite.transaction?.([statements[0], wrong])).rejects.toMatchObject({
      errorClass: "fatal",
      message: expect.stringMatching(/nowhere/),
    });
    const again = createNodeSqlite(file)!;
    expect(await again.exists()).toBe(true);
    expect((await again.query("query", "SELECT a FROM t"))?.rows).toHaveLength(2);
  });

  test("says when somebody else writes", { timeout: 20_000 }, async () => {
    const file = join(folder, "busy.sqlite");
    const [one, other] = [createNodeSqlite(file)!, createNodeSqlite(file)!];
    await one.query("exec", "CREATE TABLE t (a)");
    await one.query("exec", "BEGIN IMMEDIATE");
    await expect(other.transaction?.([])).rejects.toMatchObject({ errorClass: "busyOrLocked" });
  });
});
