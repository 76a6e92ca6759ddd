/** Names a session in a store. Both parts consist of letters, digits, `_` and `-`. */
export interface SessionKey {
  /** Whose session it is; `default` where there are no tenants. */
  readonly tenant: string;
  readonly sessionId: string;
}

/** What {@link SessionStore.list} tells of a session. */
export interface StoredSession {
  readonly sessionId: string;
  /** When it was last written. */
  readonly modifiedAt: Date;
}

/**
 * The right to write one session, until another holder acquires it. A write with a lease that is
 * lost is refused by the store itself, in the same step in which it would be done.
 */
export interface SessionLease {
  /** Grows with every lease of the session: the fencing token. */
  readonly epoch: number;
  /** What was recorded when the lease was acquired, in order. */
  readonly entries: readonly Uint8Array[];
  /**
   * Adds an entry: whole, and after those before it, or not at all. Called one at a time.
   *
   * @throws {@link CopilotError} `LEASE_LOST` if another holder has the session now.
   */
  append(entry: Uint8Array): Promise<void>;
  /**
   * Puts these entries in place of all, or leaves all as they are. Without entries, the session is
   * deleted.
   *
   * @throws {@link CopilotError} `LEASE_LOST` if another holder has the session now.
   */
  replace(entries: readonly Uint8Array[]): Promise<void>;
  /** Gives the lease back. Without effect if it is lost. */
  release(): Promise<void>;
}

/**
 * Where sessions are kept: each is a log of entries that one holder at a time may write. A holder
 * is a process that says every few moments that it lives; its leases last as long.
 *
 * There are `createMemoryStore` and `createFolderStore` here, and stores in NATS JetStream and
 * PostgreSQL in `@stubwright/fleet`.
 */
export interface SessionStore {
  /**
   * Says that a holder lives. One write, however many sessions it holds.
   *
   * @param ttlMs - For how long that counts, in milliseconds.
   */
  renew(holder: string, ttlMs: number): Promise<void>;
  /** Says that a holder is gone, so that nobody waits for its leases to end. */
  retire(holder: string): Promise<void>;
  /**
   * Acquires the lease of a session, which need not exist yet.
   *
   * @throws {@link CopilotError} `SESSION_HELD` while another holder that lives has it.
   */
  acquire(key: SessionKey, holder: string): Promise<SessionLease>;
  /** Who holds a session, if it is held by a holder that lives. */
  holderOf(key: SessionKey): Promise<string | undefined>;
  /** Reads the entries of a session without a lease; none if there is no such session. */
  read(key: SessionKey): Promise<Uint8Array[]>;
  /** Lists the sessions of a tenant, in order of their ids. */
  list(tenant: string): Promise<StoredSession[]>;
  /** Lets go of connections and files. */
  close(): Promise<void>;
}
