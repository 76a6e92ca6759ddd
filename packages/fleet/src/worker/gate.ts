import { randomUUID } from "node:crypto";
import { contentLength, encodeFrame, type FrameDecoder } from "@stubwright/rpc";

/** What the gate asks of the worker. */
export interface GateHost {
  /** The secret of the runtime. */
  readonly token: string;
  /** Acquires a session for its runtime, before the runtime hears of it. */
  acquire(sessionId: string): Promise<void>;
  /** The recorded events of a session that is held. */
  record(sessionId: string): Promise<unknown[]>;
  /** What there is in the store. */
  list(): Promise<unknown>;
  /** Deletes a session from the store. */
  remove(sessionId: string): Promise<void>;
  /** The client leaves a session, and keeps its connection. */
  leave(sessionId: string): void;
  /** A message of a session was sent. */
  busy(sessionId: string): void;
  toRuntime(frame: Uint8Array): void;
  toClient(frame: Uint8Array): void;
}

interface Call {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Record<string, unknown>;
}

/** Calls that are the worker's own, or would end what others use. */
const REFUSED: ReadonlySet<unknown> = new Set(["sessionFs.setProvider", "runtime.shutdown"]);

/** Calls after which a client has no part in a session any more. */
const LEAVING: ReadonlySet<unknown> = new Set(["session.detach", "session.destroy"]);

const MAX_FRAME = 512 * 1024 * 1024;

/** A gate: what a client sends goes through it, frame by frame, before it reaches the runtime. */
export function createGate(host: GateHost): FrameDecoder {
  const forward = (body: Buffer) => {
    const header = Buffer.from(contentLength.header(body.length), "latin1");
    host.toRuntime(Buffer.concat([header, body]));
  };
  const send = (message: unknown) =>
    host.toRuntime(encodeFrame(contentLength, JSON.stringify(message)));
  const answer = (id: unknown, outcome: object) =>
    host.toClient(encodeFrame(contentLength, JSON.stringify({ jsonrpc: "2.0", id, ...outcome })));
  const refuse = (id: unknown, error: unknown) => {
    const { message } = error as Error;
    const code = (error as { code?: unknown }).code;
    answer(id, { error: { code: -32_000, message, data: { code } } });
  };

  return contentLength.createDecoder(
    (body) => {
      const call = read(body);
      const { id, method, params = {} } = call ?? {};
      const sessionId = params.sessionId;
      if (method === "connect") send({ ...call, params: { ...params, token: host.token } });
      else if (REFUSED.has(method)) {
        answer(id, { error: { code: -32_601, message: `${method} is the worker's own.` } });
      } else if (method === "session.create" || method === "session.resume") {
        const named = typeof sessionId === "string" && sessionId !== "" ? sessionId : randomUUID();
        // Other calls do not wait for this one: they are of other sessions.
        host.acquire(named).then(
          () =>
            named === sessionId
              ? forward(body)
              : send({ ...call, params: { ...params, sessionId: named } }),
          (error) => refuse(id, error),
        );
      } else if (method === "sessions.readPersistedEvents" && typeof sessionId === "string") {
        // The runtime would look on its disk, where there is nothing.
        host
          .acquire(sessionId)
          .then(() => host.record(sessionId))
          .then(
            (events) => answer(id, { result: page(events, params) }),
            (error) => refuse(id, error),
          );
      } else if (method === "session.delete" && typeof sessionId === "string") {
        // The runtime would look on its disk here, too.
        host.remove(sessionId).then(
          () => answer(id, { result: { success: true } }),
          (error) => answer(id, { result: { success: false, error: (error as Error).message } }),
        );
      } else if (method === "session.list") {
        host.list().then(
          (result) => answer(id, { result }),
          (error) => refuse(id, error),
        );
      } else {
        if (LEAVING.has(method) && typeof sessionId === "string") host.leave(sessionId);
        if (method === "session.send" && typeof sessionId === "string") host.busy(sessionId);
        forward(body);
      }
    },
    { maxFrameBytes: MAX_FRAME },
  );
}

/** A page of a record, by the number of its first event. */
function page(events: readonly unknown[], { cursor, max }: Record<string, unknown>): object {
  const from = Number(cursor ?? 0);
  const to = from + (typeof max === "number" ? max : events.length);
  return { events: events.slice(from, to), cursor: String(to), hasMore: to < events.length };
}

function read(body: Buffer): Call | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Call) : undefined;
  } catch {
    // The runtime says what is wrong with it.
    return undefined;
  }
}

/**
 * What goes back to the client: whole frames, so that answers of the worker go between them. What
 * came in one piece goes on in one piece.
 */
export function createReturn(
  toClient: (bytes: Uint8Array) => void,
  idle: (sessionId: string) => void,
): (chunk: Uint8Array) => void {
  let frames: Buffer[] = [];
  const decoder = contentLength.createDecoder(
    (body) => {
      frames.push(Buffer.from(contentLength.header(body.length), "latin1"), body);
      if (body.length > 4_096 || !body.includes('"session.idle"')) return;
      const sessionId = read(body)?.params?.sessionId;
      if (typeof sessionId === "string") idle(sessionId);
    },
    { maxFrameBytes: MAX_FRAME },
  );
  return (chunk) => {
    decoder.push(chunk);
    if (frames.length === 0) return;
    const bytes = Buffer.concat(frames);
    frames = [];
    toClient(bytes);
  };
}
