import type { SessionKey, SessionLease, SessionStore } from "./session-store.js";
import { checkKey, leaseLost, sessionHeld } from "./store-errors.js";

interface Log {
  readonly key: SessionKey;
  epoch: number;
  holder: string | undefined;
  entries: Uint8Array[];
  modifiedAt: Date;
}

/**
 * Keeps sessions in memory: for tests, and for sessions that need not outlive the program.
 *
 * @example
 * ```ts
 * import { CopilotClient, createMemoryStore } from "@stubwright/copilot";
 *
 * const sessionStore = createMemoryStore();
 * await using client = new CopilotClient({ sessionStore });
 * ```
 */
export function createMemoryStore(): SessionStore {
  const logs = new Map<string, Log>();
  const holders = new Map<string, number>();
  const at = ({ tenant, sessionId }: SessionKey) => `${tenant}/${sessionId}`;
  const liveHolder = (log: Log | undefined) =>
    log?.holder !== undefined && (holders.get(log.holder) ?? 0) > Date.now()
      ? log.holder
      : undefined;

  const lease = (log: Log, epoch: number): SessionLease => {
    const write = (change: () => void) => {
      if (log.epoch !== epoch) throw leaseLost(log.key, epoch);
      change();
      log.modifiedAt = new Date();
    };
    return {
      epoch,
      entries: [...log.entries],
      append: async (entry) => write(() => log.entries.push(entry)),
      replace: async (entries) =>
        write(() => {
          log.entries = [...entries];
        }),
      release: async () => {
        if (log.epoch === epoch) log.holder = undefined;
      },
    };
  };

  return {
    renew: async (holder, ttlMs) => void holders.set(holder, Date.now() + ttlMs),
    retire: async (holder) => void holders.delete(holder),
    acquire: async (key, holder) => {
      checkKey(key);
      const log = logs.get(at(key)) ?? newLog(key);
      const other = liveHolder(log);
      if (other !== undefined && other !== holder) throw sessionHeld(key, other);
      logs.set(at(key), log);
      log.epoch++;
      log.holder = holder;
      return lease(log, log.epoch);
    },
    holderOf: async (key) => liveHolder(logs.get(at(key))),
    read: async (key) => {
      checkKey(key);
      return [...(logs.get(at(key))?.entries ?? [])];
    },
    list: async (tenant) =>
      [...logs.values()]
        .filter(({ key, entries }) => key.tenant === tenant && entries.length > 0)
        .map(({ key, modifiedAt }) => ({
          sessionId: key.sessionId,
          modifiedAt,
        }))
        .sort((one, other) => (one.sessionId < other.sessionId ? -1 : 1)),
    close: async () => {},
  };
}

function newLog(key: SessionKey): Log {
  return { key, epoch: 0, holder: undefined, entries: [], modifiedAt: new Date() };
}
