import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FolderLog } from "./folder-log.js";
import type { SessionKey, SessionLease, SessionStore } from "./session-store.js";
import { checkKey, leaseLost, sessionHeld } from "./store-errors.js";

/**
 * Keeps sessions in a folder, for processes of one machine. Several processes may use it at once.
 *
 * @param folder - Made when it is first needed. Its file system must have hard links.
 *
 * @example
 * ```ts
 * import { CopilotClient, createFolderStore } from "@stubwright/copilot";
 *
 * await using client = new CopilotClient({ sessionStore: createFolderStore("/var/lib/sessions") });
 * ```
 */
export function createFolderStore(folder: string): SessionStore {
  const sessions = join(folder, "sessions");
  const holderFile = (holder: string) =>
    join(folder, "holders", Buffer.from(holder).toString("base64url"));
  const at = ({ tenant, sessionId }: SessionKey) => join(sessions, tenant, sessionId);
  const liveHolder = async (key: SessionKey): Promise<string | undefined> => {
    const holder = await readText(join(at(key), "holder"));
    if (!holder) return undefined;
    const until = Number(await readText(holderFile(holder)));
    return until > Date.now() ? holder : undefined;
  };

  return {
    renew: async (holder, ttlMs) => {
      await mkdir(join(folder, "holders"), { recursive: true });
      await replaceFile(holderFile(holder), String(Date.now() + ttlMs));
    },
    retire: (holder) => rm(holderFile(holder), { force: true }),
    acquire: async (key, holder) => {
      checkKey(key);
      await mkdir(at(key), { recursive: true });
      const log = new FolderLog(at(key));
      const epoch = (await log.epoch()) + 1;
      const other = await liveHolder(key);
      if (other !== undefined && other !== holder) throw sessionHeld(key, other);
      if (!(await log.begin(epoch))) throw sessionHeld(key, "a holder that was faster");
      await replaceFile(join(at(key), "holder"), holder);
      return new FolderLease(key, at(key), log, epoch, await log.read());
    },
    holderOf: liveHolder,
    read: async (key) => {
      checkKey(key);
      return new FolderLog(at(key)).read();
    },
    list: async (tenant) => {
      checkKey({ tenant, sessionId: "-" });
      const names = await readdir(join(sessions, tenant)).catch(() => []);
      const found = await Promise.all(
        names.sort().map(async (sessionId) => {
          const path = at({ tenant, sessionId });
          const log = new FolderLog(path);
          if ((await log.read()).length === 0) return [];
          const { mtime: modifiedAt } = await stat(join(path, `log-${await log.epoch()}`));
          return [{ sessionId, modifiedAt }];
        }),
      );
      return found.flat();
    },
    close: async () => {},
  };
}

class FolderLease implements SessionLease {
  readonly entries: readonly Uint8Array[];
  readonly #key: SessionKey;
  readonly #folder: string;
  readonly #log: FolderLog;
  #epoch: number;

  constructor(
    key: SessionKey,
    folder: string,
    log: FolderLog,
    epoch: number,
    entries: readonly Uint8Array[],
  ) {
    this.#key = key;
    this.#folder = folder;
    this.#log = log;
    this.#epoch = epoch;
    this.entries = entries;
  }

  get epoch(): number {
    return this.#epoch;
  }

  async append(entry: Uint8Array): Promise<void> {
    if (!(await this.#log.append(this.#epoch, entry))) throw leaseLost(this.#key, this.#epoch);
  }

  async replace(entries: readonly Uint8Array[]): Promise<void> {
    const next = this.#epoch + 1;
    if (!(await this.#log.beginWith(next, entries))) throw leaseLost(this.#key, this.#epoch);
    this.#epoch = next;
  }

  async release(): Promise<void> {
    if ((await this.#log.epoch()) !== this.#epoch) return;
    await rm(join(this.#folder, "holder"), { force: true });
  }
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.${crypto.randomUUID()}`;
  await writeFile(part, text);
  await rename(part, file);
}
