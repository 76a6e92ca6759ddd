import type { ServerHandlers, SessionHandlers } from "@stubwright/copilot-protocol/server";
import type { FakeTurn } from "./fake-session.js";

/** How a fake server goes wrong. Methods are named as on the wire, such as `models.list`. */
export interface Misbehaviour {
  /** Methods that are taken and never answered. */
  readonly neverAnswer?: readonly string[];
  /** Methods that are answered twice, with the same id. */
  readonly answerTwice?: readonly string[];
}

/** What a fake server is like. */
export interface FakeServerOptions {
  /**
   * The protocol version that it reports and speaks; null: it reports none. With 2 it has no
   * `connect`, tells the time in milliseconds, and calls tools and asks permissions by requests.
   * Default 3.
   */
  readonly protocolVersion?: number | null;
  /** Its own version. Default `0.0.0-fake`. */
  readonly version?: string;
  /** The secret without which it does nothing for a client over TCP. Default: it has none. */
  readonly connectionToken?: string;
  /** Answers in place of the default ones; what they throw as `ResponseError` is sent as it is. */
  readonly handlers?: ServerHandlers;
  /** The same for calls about one session. */
  readonly sessionHandlers?: SessionHandlers;
  /**
   * What a session does with a message, from the event `user.message` on. Default: it answers
   * `You said: ` and the message, and is idle.
   */
  readonly onMessage?: (turn: FakeTurn) => void | Promise<void>;
  readonly misbehave?: Misbehaviour;
}
