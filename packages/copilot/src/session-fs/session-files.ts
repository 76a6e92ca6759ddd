import { posix, win32 } from "node:path";
import { CopilotError } from "../errors.js";
import { type HeldSessions, lazyFiles } from "./held-sessions.js";
import { createSessionFsAdapter, type SessionFsHandler } from "./session-fs-adapter.js";
import type { SessionFsConfig, SessionFsOwner, SessionFsProvider } from "./session-fs-provider.js";

/** The file, in the folder of a session's state, that its events are in, one a line. */
const RECORD = "events.jsonl";

/** Of how many sessions that the client left the files stay open: others may go on with them. */
const MAX_LEFT = 1_000;

/** The files of all sessions of one client. */
export class SessionFiles {
  readonly #config: SessionFsConfig | undefined;
  readonly #onError: (source: string, error: unknown) => void;
  readonly #held: HeldSessions | undefined;
  readonly #open = new Map<string, SessionFsHandler>();
  /** Sessions that the client left, the one first that it left first. */
  readonly #left = new Set<string>();

  /**
   * @param config - Undefined if the runtime keeps files itself.
   * @param onError - Told of what providers throw.
   * @param held - Where the files are of sessions that bring no provider.
   */
  constructor(
    config: SessionFsConfig | undefined,
    onError: (source: string, error: unknown) => void,
    held?: HeldSessions,
  ) {
    this.#config = config;
    this.#onError = onError;
    this.#held = held;
  }

  /**
   * Checks that a session brings what it needs.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS`.
   */
  check(create: unknown): void {
    if (!this.#config || this.#held || create !== undefined) return;
    throw new CopilotError(
      "INVALID_OPTIONS",
      "The option createSessionFsProvider is required: the client has the option sessionFs, so that the runtime keeps no files of sessions itself.",
    );
  }

  /**
   * Makes the provider of a session, once its option is there.
   *
   * @throws What the app's function throws; {@link CopilotError} `INVALID_OPTIONS` for no provider.
   */
  open<Session extends SessionFsOwner>(
    session: Session,
    create: ((session: Session) => SessionFsProvider) | undefined,
  ): void {
    if (!this.#config) return;
    const { sessionId } = session;
    const held = create ? undefined : this.#held;
    if (!create && !held) return;
    const provider: unknown = held ? lazyFiles(held, sessionId) : create?.(session);
    checkProvider(provider, this.#config);
    const handler = createSessionFsAdapter(provider, (method, error) =>
      this.#onError(`sessionFs ${method}`, error),
    );
    this.#open.set(sessionId, handler);
    this.#left.delete(sessionId);
  }

  /** What answers about a session's files; undefined if this client does not keep them. */
  get(sessionId: string): { readonly sessionFs: SessionFsHandler } | undefined {
    const sessionFs = this.#open.get(sessionId);
    return sessionFs && { sessionFs };
  }

  /** Reads the events that the runtime has recorded of a session; undefined if it keeps them itself. */
  async readRecord(sessionId: string): Promise<string | undefined> {
    const files = this.#open.get(sessionId);
    if (!files || !this.#config) return undefined;
    const { sessionStatePath, conventions } = this.#config;
    const path = (conventions === "windows" ? win32 : posix).join(sessionStatePath, RECORD);
    const { content, error } = await files.readFile({ sessionId, path });
    return error ? undefined : content;
  }

  /** The client has left a session. Its runtime, and other clients, may go on with it. */
  leave(sessionId: string): void {
    if (!this.#open.has(sessionId)) return;
    this.#held?.releaseLater(sessionId);
    this.#left.delete(sessionId);
    this.#left.add(sessionId);
    if (this.#left.size <= MAX_LEFT) return;
    const [oldest = ""] = this.#left;
    this.#left.delete(oldest);
    this.#open.delete(oldest);
  }
}

function checkProvider(
  value: unknown,
  { capabilities }: SessionFsConfig,
): asserts value is SessionFsProvider {
  const { readFile, sqlite } = (value ?? {}) as Partial<SessionFsProvider>;
  if (typeof readFile !== "function") {
    const message = "The option createSessionFsProvider must give a SessionFsProvider.";
    throw new CopilotError("INVALID_OPTIONS", message);
  }
  if (!capabilities?.sqlite || sqlite) return;
  throw new CopilotError(
    "INVALID_OPTIONS",
    "The provider of createSessionFsProvider must have the member sqlite, since the client's option sessionFs.capabilities.sqlite says so. (Ready-made ones have it where Node has SQLite, from version 22.13 on.)",
  );
}
