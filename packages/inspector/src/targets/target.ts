import type { Peer, Transport } from "@stubwright/rpc";
import type { Ask, ChatItem } from "../protocol.js";
import type { Protocol } from "../protocols.js";

/** A connection that is opened, before its handshake. */
export interface Opened {
  readonly transport: Transport;
  /** Ends what was started for it, once the transport is closed. */
  close?(): Promise<void>;
  /** What it wrote to stderr last. */
  lastWords?(): string;
}

/** Where the program of a target runs. */
export interface CommandOptions {
  /** Its whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its working directory. Default: that of this process. */
  readonly cwd?: string;
}

/** How sessions of a protocol are made, and what their messages mean. */
export interface SessionRecipe {
  /** What a session is made with, as the page proposes it. */
  readonly defaults: object;
  create(peer: Peer, settings: object): Promise<string>;
  /** Undefined if the protocol cannot. */
  resume?(peer: Peer, session: string, settings: object): Promise<string>;
  /** Sends a message. Settles when the server has it, or when the turn is over. */
  send(peer: Peer, session: string, text: string): Promise<unknown>;
  /** What a message of the server says of a session. */
  read(method: string, params: Record<string, unknown>): ChatItem[];
}

/** What is inspected: a protocol, and a server that speaks it. */
export interface Target {
  readonly title: string;
  readonly kind: "command" | "url" | "recording";
  readonly protocol: Protocol;
  /** Absent for a recording. */
  readonly open?: () => Promise<Opened>;
  /** Does the handshake; gives what the server says of itself. */
  readonly handshake?: (peer: Peer) => Promise<unknown>;
  readonly sessions?: SessionRecipe;
  /** Events that ask all clients, and the method that answers each. */
  readonly broadcasts?: Readonly<
    Record<string, { readonly method: string; readonly settledBy: string }>
  >;
  /** Answers of one click to what the server asks. */
  readonly choices?: (method: string, params: unknown) => Ask["choices"];
}
