import type {
  SessionFsSqliteQueryType,
  SessionFsSqliteTransactionErrorClass,
  SessionFsSqliteQueryResult as WireQueryResult,
} from "@stubwright/copilot-protocol";

/** What a statement gives. */
export type SessionFsSqliteQueryResult = Omit<WireQueryResult, "error">;

/** Values for the names in a statement. */
export type SqliteParams = Record<string, string | number | null>;

/** One statement of a transaction. */
export interface SessionFsSqliteStatement {
  /** `exec` for one or more statements without result, `query` for rows, `run` for changes. */
  queryType: SessionFsSqliteQueryType;
  /** The SQL. */
  query: string;
  /** Values for the names in it. */
  params?: SqliteParams;
}

/**
 * The database of one session. Methods are called one at a time.
 *
 * @example
 * ```ts
 * import { createMemorySessionFs, createNodeSqlite, type SessionFsOwner } from "@stubwright/copilot";
 *
 * const files = createMemorySessionFs();
 * const createSessionFsProvider = (session: SessionFsOwner) => ({
 *   ...files(session),
 *   sqlite: createNodeSqlite(`/var/lib/sessions/${session.sessionId}.sqlite`),
 * });
 * ```
 */
export interface SessionFsSqliteProvider {
  /** Runs SQL. One that gives no rows may give undefined. */
  query(
    queryType: SessionFsSqliteQueryType,
    query: string,
    params?: SqliteParams,
  ): Promise<SessionFsSqliteQueryResult | undefined>;
  /**
   * Runs statements as one transaction: all of them, or none. Throws a
   * {@link SessionFsSqliteTransactionFailure} to say of what kind a failure is.
   */
  transaction?(statements: SessionFsSqliteStatement[]): Promise<SessionFsSqliteQueryResult[]>;
  /** Whether the database is there. It is not made by this. */
  exists(): Promise<boolean>;
}

/**
 * Thrown by {@link SessionFsSqliteProvider.transaction} to tell the runtime whether to try again.
 *
 * @example
 * ```ts
 * import { SessionFsSqliteTransactionFailure } from "@stubwright/copilot";
 *
 * function rethrow(error: Error & { code?: string }): never {
 *   const busy = error.code === "SQLITE_BUSY" || error.code === "SQLITE_LOCKED";
 *   throw new SessionFsSqliteTransactionFailure(error.message, busy ? "busyOrLocked" : "fatal");
 * }
 * ```
 */
export class SessionFsSqliteTransactionFailure extends Error {
  override readonly name = "SessionFsSqliteTransactionFailure";
  /** `busyOrLocked` if nothing was done and a second try may do; otherwise `fatal`. */
  readonly errorClass: SessionFsSqliteTransactionErrorClass;

  constructor(message: string, errorClass: SessionFsSqliteTransactionErrorClass = "fatal") {
    super(message);
    this.errorClass = errorClass;
  }
}
