import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "./nats-server.js";
import { POSTGRES } from "./needs.js";

/** A PostgreSQL of a test, on loopback. */
export interface PostgresServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts one, with a new database. As root it runs as the user `postgres`, since it refuses root. */
export async function startPostgres(): Promise<PostgresServer> {
  if (!POSTGRES.path) throw new Error(`There is no PostgreSQL. Remedy: ${POSTGRES.remedy}`);
  const program = (name: string) => join(POSTGRES.path as string, name);
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, "data");
  await promisify(execFile)(
    program("initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"],
    options,
  );
  const port = await freePort();
  const flags = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-F"];
  const child = spawn(program("postgres"), flags, { ...options, stdio: "ignore" });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answering(url, 20_000);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, "exit");
      // Smart: it waits until connections that are being closed are gone.
      child.kill("SIGTERM");
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until it takes connections: it listens before, and says that it is starting up. */
async function answering(url: string, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(50);
    }
  }
}
