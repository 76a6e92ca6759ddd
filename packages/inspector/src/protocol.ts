/**
 * What the page and its server say to each other: JSON-RPC 2.0, one message in each message of a
 * WebSocket. This file has types alone, so that the page can import it.
 */

/** A JSON Schema. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

/** A method of the inspected protocol. */
export interface MethodInfo {
  readonly name: string;
  /** The group that it belongs to, such as `server` or `session`. */
  readonly group: string;
  readonly kind: "request" | "notification";
  /** Who answers it. */
  readonly handler: "server" | "client" | "both";
  /** The member of its params that names the session, thread or the like. */
  readonly scope?: string;
  /** What the schemas say of it. */
  readonly doc?: string;
  /** Such as `experimental`. */
  readonly stability?: string;
}

/** What is inspected. */
export interface TargetInfo {
  readonly title: string;
  readonly protocol: string;
  /** Of the schemas. */
  readonly version: string;
  readonly kind: "command" | "url" | "recording";
  readonly methods: readonly MethodInfo[];
  /** Types of events, where the protocol has a union of them. */
  readonly events: readonly string[];
  readonly features: { readonly sessions: boolean; readonly versions: boolean };
  /** The fields with which a session is made. */
  readonly sessionDefaults?: object;
}

/** The state of the connection with the inspected server. */
export interface ConnectionInfo {
  readonly state: "connecting" | "open" | "closed" | "failed";
  /** What the server said of itself in the handshake. */
  readonly server?: unknown;
  readonly error?: { readonly message: string; readonly remedy?: string };
}

/** One difference between a value and its schema. */
export interface Mismatch {
  readonly pointer: string;
  readonly message: string;
}

/** What became of a call. */
export type CallOutcome =
  | {
      readonly ok: true;
      readonly result: unknown;
      readonly mismatches: readonly Mismatch[];
      readonly ms: number;
    }
  | {
      readonly ok: false;
      readonly error: { readonly code: string | number; readonly message: string };
      readonly ms: number;
    };

/** What is unusual about a frame. */
export type Mark = "unknown" | "mismatch" | "error";

/** One message on the wire. */
export interface Frame {
  readonly seq: number;
  /** By the clock of the server, in milliseconds since 1970. */
  readonly at: number;
  /** Seen from the client. */
  readonly direction: "in" | "out";
  readonly kind: "request" | "response" | "notification" | "event";
  readonly bytes: number;
  /** Of a response: the method that it answers. */
  readonly method: string;
  /** The type of the event, if it carries one. */
  readonly event?: string;
  readonly session?: string;
  readonly id?: string | number;
  /** Of a response: how long it took, in milliseconds. */
  readonly ms?: number;
  readonly marks: readonly Mark[];
  /** The message as JSON, with its secrets masked. */
  readonly text: string;
}

/** Something that the server asks. */
export interface Ask {
  readonly askId: string;
  /** The method, or the type of the event, by which it asks. */
  readonly method: string;
  readonly session?: string;
  readonly params: unknown;
  /** The schema of the answer. */
  readonly schema: Schema | null;
  /** Answers that can be given with a click. */
  readonly choices: readonly { readonly label: string; readonly result: unknown }[];
}

/** How the next questions of the same method are answered. */
export type Rule = "once" | "always" | "never";

/** What happens in a session, as the page shows it. */
export type ChatItem = { readonly session: string; readonly at: number } & (
  | { readonly kind: "user" | "text" | "delta" | "reasoning"; readonly text: string }
  | {
      readonly kind: "tool";
      readonly id: string;
      readonly name: string;
      readonly input?: unknown;
      readonly output?: unknown;
      readonly state: "running" | "done" | "failed";
    }
  | { readonly kind: "usage"; readonly input: number; readonly output: number }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "turnStart" | "turnEnd" }
);

/** A change between two versions of the protocol. */
export interface VersionChange {
  readonly verdict: string;
  readonly what: string;
  readonly place: string;
}

/** The requests of the page. */
export interface InspectorRequests {
  "inspector.describe": { params: object; result: TargetInfo & { connection: ConnectionInfo } };
  "inspector.schema": {
    params: { method: string };
    result: { params: Schema | null; result: Schema | null; snippet: string };
  };
  "inspector.check": {
    params: { method: string; params: unknown };
    result: { mismatches: readonly Mismatch[] };
  };
  "inspector.call": {
    params: { callId: string; method: string; params: unknown; deadlineMs?: number };
    result: CallOutcome;
  };
  "inspector.cancel": { params: { callId: string }; result: null };
  "inspector.asks": {
    params: object;
    result: { asks: readonly Ask[]; rules: Readonly<Record<string, Rule>> };
  };
  "inspector.answer": {
    params: { askId: string; result?: unknown; refusal?: string; rule?: Rule };
    result: null;
  };
  "inspector.forget": { params: { method: string }; result: null };
  "inspector.frames": {
    params: { after: number; limit: number };
    result: { frames: readonly Frame[]; first: number; last: number };
  };
  "inspector.reconnect": { params: object; result: null };
  "inspector.session": { params: { settings: object }; result: { session: string } };
  "inspector.resume": {
    params: { session: string; settings: object };
    result: { session: string };
  };
  "inspector.send": { params: { session: string; text: string }; result: null };
  "inspector.open": { params: { text: string }; result: { frames: number } };
  "inspector.replay": { params: { speed: number }; result: null };
  "inspector.diff": {
    params: { from: string; to: string };
    result: { changes: readonly VersionChange[]; versions: readonly [string, string] };
  };
}

/** What the server tells the page unasked. */
export interface InspectorNotifications {
  "inspector.connection": ConnectionInfo;
  "inspector.framesArrived": { last: number };
  "inspector.ask": Ask;
  "inspector.askEnded": { askId: string };
  "inspector.chat": ChatItem;
}
