/**
 * Sessions in PostgreSQL. Needs the package `pg`.
 *
 * @module @stubwright/fleet/postgres
 */
export { createPostgresStore, type PostgresStoreOptions } from "./postgres/postgres-store.js";
