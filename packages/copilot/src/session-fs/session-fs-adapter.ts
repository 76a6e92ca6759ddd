import type {
  ClientSessionSessionFsHandlers,
  SessionFsError,
  SessionFsSqliteTransactionStatement,
} from "@stubwright/copilot-protocol";
import { INTERNAL_ERROR, maskText, ResponseError } from "@stubwright/rpc/internal";
import type { SessionFsProvider } from "./session-fs-provider.js";
import type {
  SessionFsSqliteProvider,
  SessionFsSqliteStatement,
  SqliteParams,
} from "./sqlite-provider.js";
import { oneAtATime } from "./turn-taking.js";

type Method<F> = F extends (params: infer P, ...rest: never[]) => infer R
  ? (
      params: P,
    ) => Promise<null extends Awaited<R> ? Exclude<Awaited<R>, null> | undefined : Awaited<R>>
  : never;

/** What answers the runtime's calls about a session's files. */
export type SessionFsHandler = {
  [Name in keyof ClientSessionSessionFsHandlers]-?: Method<
    Required<ClientSessionSessionFsHandlers>[Name]
  >;
};

const NOTHING = "1970-01-01T00:00:00.000Z";
const NO_FILE = { isFile: false, isDirectory: false, size: 0, mtime: NOTHING, birthtime: NOTHING };
const NO_ROWS = { rows: [], columns: [], rowsAffected: 0 };

/**
 * Makes what answers the runtime out of a provider. The client does this by itself; it is for those
 * who serve `sessionFs.*` calls on a connection of their own.
 *
 * @param onError - Told of what the provider throws, but for files that are not there, and queries of
 * the model that are wrong.
 *
 * @example
 * ```ts
 * import { createMemorySessionFs, createSessionFsAdapter } from "@stubwright/copilot";
 *
 * const handler = createSessionFsAdapter(createMemorySessionFs()({ sessionId: "1" }));
 * ```
 */
export function createSessionFsAdapter(
  provider: SessionFsProvider,
  onError: (method: string, error: unknown) => void = () => {},
): SessionFsHandler {
  const inTurn = oneAtATime();
  const sqlInTurn = oneAtATime();
  const fail = (method: string, error: unknown): SessionFsError => {
    const failure = toError(error);
    // A query is what the model wrote, and it learns what was wrong with it.
    if (failure.code !== "ENOENT" && method !== "sqliteQuery") onError(method, error);
    return failure;
  };
  const read = <T, F>(method: string, work: () => Promise<T>, instead: F) =>
    inTurn(work).catch((error) => ({ ...instead, error: fail(method, error) }));
  const write = (method: string, work: () => Promise<void>) =>
    inTurn(work).then(
      () => undefined,
      (error: unknown) => fail(method, error),
    );
  return {
    readFile: ({ path }) =>
      read("readFile", async () => ({ content: await provider.readFile(path) }), { content: "" }),
    writeFile: ({ path, content, mode }) =>
      write("writeFile", () => provider.writeFile(path, content, mode)),
    appendFile: ({ path, content, mode }) =>
      write("appendFile", () => provider.appendFile(path, content, mode)),
    exists: async ({ path }) => {
      try {
        return { exists: await inTurn(() => provider.exists(path)) };
      } catch (error) {
        const { code, message } = fail("exists", error);
        if (code === "ENOENT") return { exists: false };
        // That a store cannot be asked does not say that there is no file, which would be made anew.
        throw new ResponseError({ code: INTERNAL_ERROR, message: message ?? "" });
      }
    },
    stat: ({ path }) => read("stat", () => provider.stat(path), NO_FILE),
    mkdir: ({ path, recursive, mode }) =>
      write("mkdir", () => provider.mkdir(path, recursive ?? false, mode)),
    readdir: ({ path }) =>
      read("readdir", async () => ({ entries: await provider.readdir(path) }), { entries: [] }),
    readdirWithTypes: ({ path }) =>
      read("readdirWithTypes", async () => ({ entries: await provider.readdirWithTypes(path) }), {
        entries: [],
      }),
    rm: ({ path, recursive, force }) =>
      write("rm", () => provider.rm(path, recursive ?? false, force ?? false)),
    rename: ({ src, dest }) => write("rename", () => provider.rename(src, dest)),
    sqliteQuery: ({ queryType, query, params }) =>
      sqlInTurn(async () => {
        const result = await needSqlite(provider).query(queryType, query, toParams(params));
        return result ?? NO_ROWS;
      }).catch((error) => ({ ...NO_ROWS, error: fail("sqliteQuery", error) })),
    sqliteTransaction: ({ statements }) =>
      sqlInTurn(async () => {
        const sqlite = needSqlite(provider);
        if (!sqlite.transaction) throw new Error("The session's database has no transactions.");
        return { results: await sqlite.transaction(statements.map(toStatement)) };
      }).catch((error) => {
        const { message = "" } = fail("sqliteTransaction", error);
        const { errorClass = "fatal" } = (error ?? {}) as { errorClass?: "fatal" | "busyOrLocked" };
        return { results: [], error: { errorClass, message } };
      }),
    sqliteExists: () =>
      sqlInTurn(async () => ({ exists: (await provider.sqlite?.exists()) ?? false })),
  };
}

function needSqlite({ sqlite }: SessionFsProvider): SessionFsSqliteProvider {
  if (sqlite) return sqlite;
  throw new Error("The session's files come without a database.");
}

function toStatement({
  queryType,
  query,
  params,
}: SessionFsSqliteTransactionStatement): SessionFsSqliteStatement {
  const given = toParams(params);
  return { queryType, query, ...(given && { params: given }) };
}

function toParams(params: object | null | undefined): SqliteParams | undefined {
  return (params ?? undefined) as SqliteParams | undefined;
}

function toError(error: unknown): SessionFsError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = maskText(typeof message === "string" ? message : String(error));
  return { code: code === "ENOENT" ? "ENOENT" : "UNKNOWN", message: text };
}
