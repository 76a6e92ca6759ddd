import {
  checkKey,
  leaseLost,
  type SessionKey,
  type SessionLease,
  type SessionStore,
  sessionHeld,
  storeFailed,
} from "@stubwright/copilot";
import type { Pool } from "pg";
import { FORMAT, TABLES } from "./tables.js";

/** Settings of {@link createPostgresStore}. */
export interface PostgresStoreOptions {
  /** The schema of the tables, which is made if it is not there. Default `stubwright`. */
  readonly schema?: string;
}

/** A name that needs no quotes. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Keeps sessions in PostgreSQL. Each write checks its lease in the statement that writes, and locks
 * the session's row meanwhile: whoever acquires the session comes before it or after it.
 *
 * @param pool - A pool of the package `pg`. It is not closed with the store.
 * @throws `CopilotError` `STORE_FAILED` if the database cannot be reached, or its tables are of
 * another version.
 *
 * @example
 * ```ts
 * import { CopilotClient } from "@stubwright/copilot";
 * import { createPostgresStore } from "@stubwright/fleet/postgres";
 * import { Pool } from "pg";
 *
 * const pool = new Pool({ connectionString: "postgres://localhost/sessions" });
 * const client = new CopilotClient({ sessionStore: await createPostgresStore(pool) });
 * ```
 */
export async function createPostgresStore(
  pool: Pool,
  { schema = "stubwright" }: PostgresStoreOptions = {},
): Promise<SessionStore> {
  if (!SCHEMA.test(schema)) throw storeFailed(`${JSON.stringify(schema)} cannot name a schema.`);
  const query = async (text: string, values?: unknown[]) => {
    try {
      return await pool.query(text, values);
    } catch (error) {
      throw storeFailed(`The store in PostgreSQL failed: ${(error as Error).message}`, error);
    }
  };
  await createTables(pool, schema);
  const { rows } = await query(`SELECT version FROM ${schema}.format`);
  if (rows[0]?.version !== FORMAT) {
    throw storeFailed(
      `The tables in the schema ${schema} are of version ${rows[0]?.version}, and this is ${FORMAT}. Use another schema.`,
    );
  }
  const alive = `SELECT 1 FROM ${schema}.holder h WHERE h.holder = s.holder AND h.live_until > now()`;

  const holderOf = async ({ tenant, sessionId }: SessionKey): Promise<string | undefined> => {
    const found = await query(
      `SELECT holder FROM ${schema}.session s WHERE tenant = $1 AND session_id = $2 AND EXISTS (${alive})`,
      [tenant, sessionId],
    );
    return found.rows[0]?.holder;
  };
  const read = async ({ tenant, sessionId }: SessionKey): Promise<Uint8Array[]> => {
    const found = await query(
      `SELECT content FROM ${schema}.entry WHERE tenant = $1 AND session_id = $2 ORDER BY seq`,
      [tenant, sessionId],
    );
    return found.rows.map(({ content }) => content as Buffer);
  };

  const lease = (key: SessionKey, epoch: number, entries: Uint8Array[]): SessionLease => {
    const { tenant, sessionId } = key;
    // The lease is checked, and its row locked, by the statement that writes.
    const held = `UPDATE ${schema}.session SET modified_at = now() WHERE tenant = $1 AND session_id = $2 AND epoch = $3 RETURNING 1`;
    return {
      epoch,
      entries,
      append: async (entry) => {
        const { rowCount } = await query(
          `WITH lease AS (${held}) INSERT INTO ${schema}.entry (tenant, session_id, content) SELECT $1, $2, $4 FROM lease`,
          [tenant, sessionId, epoch, Buffer.from(entry)],
        );
        if (rowCount === 0) throw leaseLost(key, epoch);
      },
      replace: async (replacement) => {
        // One statement: it sees the entries from before it, and what it adds is not among them.
        const { rows } = await query(
          `WITH lease AS (${held}), gone AS (DELETE FROM ${schema}.entry e USING lease WHERE e.tenant = $1 AND e.session_id = $2), added AS (INSERT INTO ${schema}.entry (tenant, session_id, content) SELECT $1, $2, content FROM lease, unnest($4::bytea[]) WITH ORDINALITY AS new (content, place) ORDER BY place) SELECT 1 FROM lease`,
          [tenant, sessionId, epoch, replacement.map((each) => Buffer.from(each))],
        );
        if (rows.length === 0) throw leaseLost(key, epoch);
      },
      release: async () => {
        await query(
          `UPDATE ${schema}.session SET holder = NULL WHERE tenant = $1 AND session_id = $2 AND epoch = $3`,
          [tenant, sessionId, epoch],
        );
      },
    };
  };

  return {
    holderOf,
    renew: async (holder, ttlMs) => {
      await query(
        `INSERT INTO ${schema}.holder VALUES ($1, now() + $2 * interval '1 millisecond') ON CONFLICT (holder) DO UPDATE SET live_until = excluded.live_until`,
        [holder, ttlMs],
      );
    },
    retire: async (holder) => {
      await query(`DELETE FROM ${schema}.holder WHERE holder = $1`, [holder]);
    },
    acquire: async (key, holder) => {
      checkKey(key);
      const { tenant, sessionId } = key;
      const taken = await query(
        `INSERT INTO ${schema}.session AS s VALUES ($1, $2, 1, $3, now()) ON CONFLICT (tenant, session_id) DO UPDATE SET epoch = s.epoch + 1, holder = $3 WHERE s.holder IS NULL OR s.holder = $3 OR NOT EXISTS (${alive}) RETURNING epoch`,
        [tenant, sessionId, holder],
      );
      const epoch = taken.rows[0]?.epoch;
      if (epoch === undefined) throw sessionHeld(key, (await holderOf(key)) ?? "another holder");
      return lease(key, Number(epoch), await read(key));
    },
    read: async (key) => {
      checkKey(key);
      return read(key);
    },
    list: async (tenant) => {
      const found = await query(
        `SELECT session_id, modified_at FROM ${schema}.session s WHERE tenant = $1 AND EXISTS (SELECT 1 FROM ${schema}.entry e WHERE e.tenant = s.tenant AND e.session_id = s.session_id) ORDER BY session_id COLLATE "C"`,
        [tenant],
      );
      return found.rows.map(({ session_id: sessionId, modified_at: modifiedAt }) => ({
        sessionId,
        modifiedAt,
      }));
    },
    close: async () => {},
  };
}

/** Two that begin at once would both make the tables; one waits for the other. */
async function createTables(pool: Pool, schema: string): Promise<void> {
  try {
    await pool.query(`SELECT pg_advisory_xact_lock(hashtext('${schema}')); ${TABLES(schema)}`);
  } catch (error) {
    throw storeFailed(`PostgreSQL cannot be used: ${(error as Error).message}`, error);
  }
}
