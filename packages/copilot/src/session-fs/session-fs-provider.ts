import type {
  SessionFsReaddirWithTypesEntry,
  SessionFsStatResult,
} from "@stubwright/copilot-protocol";
import type { SessionFsSqliteProvider } from "./sqlite-provider.js";

/** What {@link SessionFsProvider.stat} tells of a file or folder. */
export type SessionFsFileInfo = Omit<SessionFsStatResult, "error">;

/**
 * Where the files of one session are kept: the session option `createSessionFsProvider`. The runtime
 * keeps all state of the session there and nothing of it on its own disk, so that the session can be
 * resumed by any runtime whose client has the same provider.
 *
 * Methods are called one at a time, in the order in which the runtime asks, so that an append never
 * overtakes another one. Paths are in the conventions of the client's option `sessionFs`. A method
 * throws what went wrong; an error with the code `ENOENT` says that there is no such file.
 *
 * @example
 * ```ts
 * import { CopilotClient, createFolderSessionFs, type SessionFsProvider } from "@stubwright/copilot";
 *
 * const files = createFolderSessionFs("/var/lib/sessions");
 * const logged = (provider: SessionFsProvider): SessionFsProvider => ({
 *   ...provider,
 *   async appendFile(path, content, mode) {
 *     console.log(path, content.length);
 *     await provider.appendFile(path, content, mode);
 *   },
 * });
 *
 * const client = new CopilotClient({
 *   sessionFs: { initialCwd: "/home/app", sessionStatePath: "/state", conventions: "posix" },
 * });
 * const session = await client.createSession({
 *   createSessionFsProvider: (session) => logged(files(session)),
 * });
 * ```
 */
export interface SessionFsProvider {
  /** Gives the whole content of a file. Throws if there is none. */
  readFile(path: string): Promise<string>;
  /** Writes a file, with its folders if they are not there. */
  writeFile(path: string, content: string, mode?: number): Promise<void>;
  /** Adds to a file, which is made if it is not there, with its folders. */
  appendFile(path: string, content: string, mode?: number): Promise<void>;
  /** Whether there is a file or folder. */
  exists(path: string): Promise<boolean>;
  /** Tells of a file or folder. Throws if there is none. */
  stat(path: string): Promise<SessionFsFileInfo>;
  /** Makes a folder; with `recursive` also those around it, and one that is there is no error. */
  mkdir(path: string, recursive: boolean, mode?: number): Promise<void>;
  /** Lists the names in a folder. Throws if there is none. */
  readdir(path: string): Promise<string[]>;
  /** Lists the names in a folder, and what they are. Throws if there is none. */
  readdirWithTypes(path: string): Promise<SessionFsReaddirWithTypesEntry[]>;
  /** Removes a file or folder. With `force`, one that is not there is no error. */
  rm(path: string, recursive: boolean, force: boolean): Promise<void>;
  /** Renames a file or folder; a file of the new name is replaced. */
  rename(src: string, dest: string): Promise<void>;
  /** The session's database, if the provider has one. */
  sqlite?: SessionFsSqliteProvider;
}

/** What the maker of a provider is told of its session. */
export interface SessionFsOwner {
  readonly sessionId: string;
}

/**
 * Connects the runtime with the providers of sessions: the client's option `sessionFs`. Every session
 * then needs the option `createSessionFsProvider`.
 */
export interface SessionFsConfig {
  /**
   * The working directory of sessions that name none. It has to be there on the machine of the
   * runtime, whose tools work in it: the provider keeps the session's state alone.
   */
  readonly initialCwd: string;
  /** The folder, in each session's files, that the runtime keeps the session's state in. */
  readonly sessionStatePath: string;
  /** How paths are written. */
  readonly conventions: "windows" | "posix";
  /** What the providers of all sessions can do. */
  readonly capabilities?: {
    /**
     * Whether they have a database. Without one, the runtime offers no SQL tools and no todo lists.
     * Default false.
     */
    readonly sqlite?: boolean;
  };
}
