/** The version of the tables. */
export const FORMAT = 1;

/** Makes the tables in a schema, where they are not there. */
export const TABLES = (schema: string) => `
CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE IF NOT EXISTS ${schema}.format (version integer PRIMARY KEY);
INSERT INTO ${schema}.format SELECT ${FORMAT} WHERE NOT EXISTS (SELECT 1 FROM ${schema}.format);
CREATE TABLE IF NOT EXISTS ${schema}.holder (
  holder text PRIMARY KEY,
  live_until timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS ${schema}.session (
  tenant text,
  session_id text,
  epoch bigint NOT NULL,
  holder text,
  modified_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, session_id)
);
CREATE TABLE IF NOT EXISTS ${schema}.entry (
  tenant text,
  session_id text,
  seq bigserial,
  content bytea NOT NULL,
  PRIMARY KEY (tenant, session_id, seq)
);`;
