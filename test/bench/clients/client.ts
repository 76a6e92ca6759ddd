/** What a listener of the bench reads of an event. */
export interface BenchEvent {
  readonly type: string;
  readonly data: object & { readonly deltaContent?: string };
}

/** The events that the bench listens to, as an app that shows an answer as it comes would. */
export const READ_EVENTS = ["assistant.message_delta", "session.idle"] as const;

/** What the bench does with a client, by the public interface of each. */
export interface BenchClient {
  start(): Promise<void>;
  ping(message: string): Promise<{ readonly message: string }>;
  /** Opens a session whose events of {@link READ_EVENTS} go to the listener. */
  open(sessionId: string, listener: (event: BenchEvent) => void): Promise<BenchSession>;
  /** Ends the connection; sessions need no farewell. */
  stop(): Promise<unknown>;
  /** What the client knows to have gone wrong. */
  problems(): string[];
}

/** An open session. */
export interface BenchSession {
  send(prompt: string): Promise<string>;
}

/** The clients that are compared. */
export const CLIENTS = ["stubwright", "peer", "floor"] as const;

/** The name of a client. */
export type ClientName = (typeof CLIENTS)[number];

/** Makes a client of a CLI: a program, or a `.js` file that runs under Node. */
export type MakeClient = (cliPath: string, env?: NodeJS.ProcessEnv) => BenchClient;
