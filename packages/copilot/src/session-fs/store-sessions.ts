import type { SessionKey, SessionStore } from "./session-store.js";
import { readFiles, treeEntries } from "./stored-files.js";

/** The tenant of sessions where there are no tenants. */
export const DEFAULT_TENANT = "default";

/**
 * Reads all files of a stored session, also while somebody else holds it.
 *
 * @returns Their contents by their paths; none if there is no such session.
 */
export async function exportStoredSession(
  store: SessionStore,
  key: SessionKey,
): Promise<ReadonlyMap<string, string>> {
  return readFiles(await store.read(key)).files();
}

/**
 * Copies a stored session to another id, tenant or store. What was there under that key is replaced.
 *
 * @param target - The store of the copy. Default: the same one.
 * @throws {@link CopilotError} `SESSION_HELD` while somebody holds the session `to`.
 */
export async function copyStoredSession(
  store: SessionStore,
  from: SessionKey,
  to: SessionKey,
  target: SessionStore = store,
): Promise<void> {
  const entries = [...treeEntries(readFiles(await store.read(from)))];
  await withLease(target, to, (lease) => lease.replace(entries));
}

/**
 * Deletes a stored session.
 *
 * @throws {@link CopilotError} `SESSION_HELD` while somebody holds it.
 */
export async function deleteStoredSession(store: SessionStore, key: SessionKey): Promise<void> {
  await withLease(store, key, (lease) => lease.replace([]));
}

/**
 * Deletes the sessions of a tenant that were last written before a moment and that nobody holds.
 *
 * @returns The ids of those that were deleted.
 */
export async function deleteSessionsBefore(
  store: SessionStore,
  before: Date,
  tenant: string = DEFAULT_TENANT,
): Promise<string[]> {
  const deleted: string[] = [];
  for (const { sessionId, modifiedAt } of await store.list(tenant)) {
    const key = { tenant, sessionId };
    if (modifiedAt >= before || (await store.holderOf(key)) !== undefined) continue;
    await deleteStoredSession(store, key);
    deleted.push(sessionId);
  }
  return deleted;
}

/** How long the holder of a piece of work counts as alive, in milliseconds. */
const WORK_TTL_MS = 30_000;

async function withLease(
  store: SessionStore,
  key: SessionKey,
  work: (lease: Awaited<ReturnType<SessionStore["acquire"]>>) => Promise<void>,
): Promise<void> {
  const holder = `work-${crypto.randomUUID()}`;
  await store.renew(holder, WORK_TTL_MS);
  try {
    const lease = await store.acquire(key, holder);
    await work(lease);
    await lease.release();
  } finally {
    await store.retire(holder);
  }
}
