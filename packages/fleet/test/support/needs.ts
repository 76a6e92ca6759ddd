import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A program that tests need and that is no npm package. */
export interface Need {
  /** Its path; undefined if it is not installed. */
  readonly path: string | undefined;
  /** How to get it. */
  readonly remedy: string;
}

/** The NATS server. */
export const NATS: Need = {
  path: process.env.NATS_SERVER ?? onPath("nats-server"),
  remedy: "apt-get install nats-server, or set NATS_SERVER to its path",
};

/** Makes certificates. */
export const OPENSSL: Need = { path: onPath("openssl"), remedy: "apt-get install openssl" };

/** The folder with the programs of PostgreSQL. */
export const POSTGRES: Need = {
  path: postgresFolder(),
  remedy: "apt-get install postgresql",
};

/**
 * Whether to skip what needs a program. In CI it is never skipped, so that it fails.
 *
 * @returns What goes into `describe.skipIf`.
 */
export function missing({ path }: Need): boolean {
  return path === undefined && !process.env.CI;
}

/** What to write behind a title: why it is skipped, and the remedy. */
export function because({ path, remedy }: Need): string {
  return path === undefined ? ` (skipped: ${remedy})` : "";
}

function onPath(name: string): string | undefined {
  const { stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return stdout?.trim() || undefined;
}

function postgresFolder(): string | undefined {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return undefined;
  const folders = readdirSync(base).map((version) => join(base, version, "bin"));
  return folders.filter((folder) => existsSync(join(folder, "initdb"))).at(-1);
}
