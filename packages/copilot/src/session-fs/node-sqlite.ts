import { existsSync, mkdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import {
  type SessionFsSqliteProvider,
  type SessionFsSqliteQueryResult,
  SessionFsSqliteTransactionFailure,
  type SqliteParams,
} from "./sqlite-provider.js";

/** The part of `node:sqlite` that is used here; not all versions of Node have it. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
}
interface Statement {
  all(params: SqliteParams): Record<string, unknown>[];
  run(params: SqliteParams): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  columns?(): { readonly name: string }[];
}

/** Named as one that the types know. */
const MODULE = "node:sqlite" as "node:fs";

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** Result codes of SQLite for a database that somebody else uses. */
const BUSY: readonly unknown[] = [5, 6];

/**
 * A session's database by Node's own SQLite.
 *
 * @param file - Where it is kept. Default: in memory.
 * @returns Undefined where Node has no SQLite: before version 22.13.
 *
 * @example
 * ```ts
 * import { createNodeSqlite } from "@stubwright/copilot";
 *
 * const sqlite = createNodeSqlite("/var/lib/sessions/1.sqlite");
 * if (!sqlite) console.log("This Node has no SQLite.");
 * ```
 */
export function createNodeSqlite(file?: string): SessionFsSqliteProvider | undefined {
  return isBuiltin(MODULE) ? createProvider(file) : undefined;
}

function createProvider(file: string | undefined): SessionFsSqliteProvider {
  let opened: Database | undefined;
  const open = () => {
    if (opened) return opened;
    // Not before it is needed: Node 22 warns of it.
    const { DatabaseSync } = process.getBuiltinModule(MODULE) as unknown as Sqlite;
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
    opened = new DatabaseSync(file ?? ":memory:");
    opened.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return opened;
  };
  return {
    query: async (queryType, query, params) => execute(open(), { queryType, query, params }),
    transaction: async (statements) => {
      const database = open();
      try {
        database.exec("BEGIN IMMEDIATE");
        const results = statements.map((statement) => execute(database, statement));
        database.exec("COMMIT");
        return results;
      } catch (error) {
        rollBack(database);
        const { message, errcode } = error as Error & { errcode?: number };
        // The upper bits of a code say more exactly what it is.
        const isBusy = errcode !== undefined && BUSY.includes(errcode & 0xff);
        throw new SessionFsSqliteTransactionFailure(message, isBusy ? "busyOrLocked" : "fatal");
      }
    },
    exists: async () => opened !== undefined || (file !== undefined && existsSync(file)),
  };
}

function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There is no transaction: it could not be begun, or SQLite has ended it itself.
  }
}

interface Execution {
  readonly queryType: "exec" | "query" | "run";
  readonly query: string;
  readonly params?: SqliteParams | undefined;
}

function execute(
  database: Database,
  { queryType, query, params = {} }: Execution,
): SessionFsSqliteQueryResult {
  if (queryType === "exec") {
    database.exec(query);
    return { rows: [], columns: [], rowsAffected: 0 };
  }
  const statement = database.prepare(query);
  if (queryType === "run") {
    const { changes, lastInsertRowid } = statement.run(params);
    return {
      rows: [],
      columns: [],
      rowsAffected: Number(changes),
      lastInsertRowid: Number(lastInsertRowid),
    };
  }
  const rows = statement.all(params);
  const columns = statement.columns?.().map(({ name }) => name) ?? Object.keys(rows[0] ?? {});
  return { rows: rows.map(toJson), columns, rowsAffected: 0 };
}

/** JSON has no bytes. */
function toJson(row: Record<string, unknown>): SessionFsSqliteQueryResult["rows"][number] {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  ]);
  return Object.fromEntries(entries);
}
