import { setTimeout as sleep } from "node:timers/promises";
import { type MethodDescriptor, Peer, RpcError, wireOptions } from "@stubwright/rpc";
import { type Answer, Asks, toResult } from "./asks.js";
import { mismatches, selfContained } from "./describe.js";
import { FrameReader, type WireMessage } from "./frame-reader.js";
import { Frames } from "./frames.js";
import { InspectorError } from "./inspector-error.js";
import type {
  Ask,
  CallOutcome,
  ChatItem,
  ConnectionInfo,
  Frame,
  InspectorNotifications,
} from "./protocol.js";
import { parseRecording } from "./recording.js";
import type { Opened, Target } from "./targets/target.js";

/** How long a handshake may take, in milliseconds: `npx` may have to download the server first. */
const HANDSHAKE_MS = 60_000;

/** How long to wait for the other side when the connection is closed, in milliseconds. */
const CLOSE_MS = 5_000;

/** Told of what happens. */
export type Tell = <Name extends keyof InspectorNotifications>(
  name: Name,
  value: InspectorNotifications[Name],
) => void;

/** A connection with the inspected server: its frames, its questions, and calls. */
export class Inspection {
  readonly target: Target;
  readonly frames = new Frames();
  readonly asks: Asks;
  readonly methods: ReadonlyMap<string, MethodDescriptor>;
  readonly #tell: Tell;
  readonly #calls = new Map<string, AbortController>();
  readonly #broadcasts = new Map<string, AbortController>();
  #reader: FrameReader;
  #connection: ConnectionInfo = { state: "closed" };
  #peer: Peer | undefined;
  #opened: Opened | undefined;
  #replay: AbortController | undefined;
  #announcing = false;
  #failing: Promise<void> | undefined;

  constructor(target: Target, tell: Tell) {
    this.target = target;
    this.#tell = tell;
    this.#reader = new FrameReader(target.protocol);
    this.methods = new Map(
      target.protocol.descriptor.methods.map((method) => [method.method, method]),
    );
    this.asks = new Asks({
      asked: (ask) => tell("inspector.ask", ask),
      ended: (askId) => tell("inspector.askEnded", { askId }),
    });
  }

  /** The state of the connection. */
  get connection(): ConnectionInfo {
    return this.#connection;
  }

  /**
   * The connection, for calls.
   *
   * @throws {@link InspectorError} `CONNECT_FAILED` if there is none.
   */
  get peer(): Peer {
    if (this.#peer && this.#connection.state === "open") return this.#peer;
    const remedy = this.target.open ? "Reconnect." : "Connect to a server to call it.";
    throw new InspectorError("CONNECT_FAILED", "There is no connection.", { remedy });
  }

  /** Connects, and does the handshake. What fails is told by the state; nothing is thrown. */
  async connect(): Promise<void> {
    const { open, handshake, protocol } = this.target;
    if (!open) return this.#set({ state: "closed" });
    await this.close();
    this.#set({ state: "connecting" });
    this.#reader = new FrameReader(protocol);
    try {
      const opened = await open();
      this.#opened = opened;
      const { tapTransport } = await import("./tap.js");
      const transport = tapTransport(opened.transport, protocol, (message, direction, bytes) =>
        this.take(message, direction, bytes, Date.now()),
      );
      const peer = new Peer(transport, wireOptions(protocol.descriptor));
      this.#peer = peer;
      this.#answer(peer);
      void peer.closed.then((cause) => this.#lost(peer, cause));
      const limit = sleep(HANDSHAKE_MS, "late", { ref: false });
      const server = await Promise.race([handshake?.(peer), limit]);
      if (server === "late") throw new Error(`The handshake took more than ${HANDSHAKE_MS} ms.`);
      if (this.#peer === peer) this.#set({ state: "open", server });
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** Calls a method. Failures are part of the outcome. */
  async call(
    callId: string,
    method: string,
    params: unknown,
    deadlineMs?: number,
  ): Promise<CallOutcome> {
    const { peer } = this;
    const known = this.methods.get(method);
    const began = performance.now();
    const ms = () => Math.round((performance.now() - began) * 10) / 10;
    if (known?.kind === "notification") {
      await peer.notify(method, params);
      return { ok: true, result: null, mismatches: [], ms: ms() };
    }
    const abort = new AbortController();
    this.#calls.set(callId, abort);
    try {
      const options = { signal: abort.signal, ...(deadlineMs && { timeoutMs: deadlineMs }) };
      const result = await peer.request(method, params, options);
      const { validators } = this.target.protocol;
      const check = known?.result === undefined ? undefined : validators.get(known.result, "open");
      return { ok: true, result, mismatches: check ? mismatches(check, result) : [], ms: ms() };
    } catch (error) {
      const { code, message } = RpcError.from(error);
      return { ok: false, error: { code, message }, ms: ms() };
    } finally {
      this.#calls.delete(callId);
    }
  }

  /** Gives up a call. */
  cancel(callId: string): void {
    this.#calls.get(callId)?.abort();
  }

  /** Takes a message that went over the wire, or stands in a recording. */
  take(message: WireMessage, direction: Frame["direction"], bytes: number, at: number): void {
    const frame = this.frames.add(this.#reader.read(message, direction, bytes, at));
    this.#announce();
    if (direction === "in" && message.method !== undefined) {
      const { method, params } = message;
      for (const item of this.target.sessions?.read(method, params ?? {}) ?? []) this.#chat(item);
      this.#broadcast(frame, params ?? {});
    }
  }

  /**
   * Puts a recording in the place of the frames.
   *
   * @throws {@link InspectorError} `BAD_RECORDING`; the frames stay then.
   */
  load(text: string): number {
    const recorded = parseRecording(text);
    this.#replay?.abort();
    this.frames.clear();
    this.#reader = new FrameReader(this.target.protocol);
    const began = Date.now() - (recorded.at(-1)?.atMs ?? 0);
    for (const { message, direction, atMs } of recorded) {
      this.take(message, direction, JSON.stringify(message).length, began + atMs);
    }
    return recorded.length;
  }

  /** Plays the frames again, `speed` times as fast as they came; 0 stops. */
  async replay(speed: number): Promise<void> {
    this.#replay?.abort();
    if (speed <= 0) return;
    const replay = new AbortController();
    this.#replay = replay;
    const frames = [...this.frames.after(this.frames.first - 1, this.frames.size)];
    this.frames.clear();
    this.#reader = new FrameReader(this.target.protocol);
    let previous = frames[0]?.at ?? 0;
    for (const { at, text, direction, bytes } of frames) {
      const pause = (at - previous) / speed;
      previous = at;
      if (pause >= 1) await sleep(pause, undefined, { signal: replay.signal }).catch(() => {});
      if (replay.signal.aborted) return;
      this.take(JSON.parse(text) as WireMessage, direction, bytes, Date.now());
    }
  }

  /** Ends the connection, and what was started for it. */
  async close(): Promise<void> {
    const isOpen = this.#peer !== undefined;
    await this.#end();
    if (isOpen) this.#set({ state: "closed" });
  }

  async #end(): Promise<void> {
    const [peer, opened] = [this.#peer, this.#opened];
    this.#peer = undefined;
    this.#opened = undefined;
    this.#replay?.abort();
    this.asks.close();
    const closing = Promise.allSettled([peer?.close(), opened?.close?.()]);
    await Promise.race([closing, sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  #answer(peer: Peer): void {
    const { descriptor } = this.target.protocol;
    for (const { method, kind, handler } of descriptor.methods) {
      if (handler === "server") continue;
      if (kind === "notification") {
        peer.onNotification(method, () => {});
        continue;
      }
      if (method === "ping") {
        peer.onRequest(method, () => ({}));
        continue;
      }
      peer.onRequest(method, async (params, { signal }) =>
        toResult(await this.asks.ask(this.#question(method, params), signal)),
      );
    }
    for (const { carrier } of descriptor.unions) {
      const isNew = carrier && !descriptor.methods.some(({ method }) => method === carrier.method);
      if (isNew) peer.onNotification(carrier.method, () => {});
    }
  }

  #question(method: string, params: unknown): Omit<Ask, "askId"> {
    const { protocol, choices } = this.target;
    const known = this.methods.get(method);
    const session = known?.scope && (params as Record<string, unknown> | undefined)?.[known.scope];
    return {
      method,
      params,
      schema: known?.result === undefined ? null : selfContained(protocol, known.result),
      choices: choices?.(method, params) ?? [],
      ...(typeof session === "string" && { session }),
    };
  }

  /** An event that asks all clients is a question, too; another client may settle it. */
  #broadcast({ event, session }: Frame, params: Record<string, unknown>): void {
    const { broadcasts = {}, choices } = this.target;
    if (event === undefined || session === undefined || this.#connection.state !== "open") return;
    const carried = params.event as { data?: { requestId?: string } } | undefined;
    const { requestId } = carried?.data ?? {};
    if (requestId === undefined) return;
    const key = (type: string) => `${session} ${type} ${requestId}`;
    for (const { settledBy } of Object.values(broadcasts)) {
      if (event === settledBy) this.#broadcasts.get(key(settledBy))?.abort("settled");
    }
    const broadcast = broadcasts[event];
    if (!broadcast) return;
    const { method, settledBy } = broadcast;
    const settled = new AbortController();
    this.#broadcasts.set(key(settledBy), settled);
    const given = this.methods.get(method)?.params;
    const question = {
      method: event,
      session,
      params: carried?.data,
      schema: given === undefined ? null : selfContained(this.target.protocol, given),
      choices: choices?.(event, carried?.data) ?? [],
    };
    const send = (answer: Answer) =>
      "refusal" in answer
        ? undefined
        : this.#peer?.request(method, {
            ...(answer.result as object),
            requestId,
            sessionId: session,
          });
    // Whether it arrives is seen in the timeline.
    void this.asks
      .ask(question, settled.signal)
      .then(send)
      .catch(() => {})
      .finally(() => this.#broadcasts.delete(key(settledBy)));
  }

  #chat(item: ChatItem): void {
    this.#tell("inspector.chat", item);
  }

  /** The page asks for frames when it has time: it is told at most once in 50 ms that there are some. */
  #announce(): void {
    if (this.#announcing) return;
    this.#announcing = true;
    setTimeout(() => {
      this.#announcing = false;
      this.#tell("inspector.framesArrived", { last: this.frames.last });
    }, 50);
  }

  #lost(peer: Peer, cause: Error | undefined): void {
    if (this.#peer !== peer) return;
    void this.#fail(cause ?? new Error("The server closed the connection."));
  }

  /** The first failure counts: what fails after it fails of it. */
  #fail(error: unknown): Promise<void> {
    const fail = async () => {
      const opened = this.#opened;
      await this.#end();
      const { message, remedy } = explain(error, opened?.lastWords?.());
      this.#set({ state: "failed", error: { message, ...(remedy && { remedy }) } });
      this.#failing = undefined;
    };
    this.#failing ??= fail();
    return this.#failing;
  }

  #set(info: ConnectionInfo): void {
    this.#connection = info;
    this.#tell("inspector.connection", info);
  }
}

function explain(error: unknown, lastWords = ""): { message: string; remedy?: string } {
  const { message } = RpcError.from(error);
  const words = lastWords.trim().slice(-500);
  const shown = words && !message.includes(words) ? `${message}\n${words}` : message;
  const { code } = error as { code?: unknown };
  if (code === "SPAWN_FAILED" || /ENOENT|not found/.test(message)) {
    return { message: shown, remedy: "Install the program, or correct its name." };
  }
  if (code === "BAD_HEADER" || /Not a valid header|no JSON/.test(message)) {
    return { message: shown, remedy: "This server speaks another protocol. Name the right one." };
  }
  const { remedy } = error as { remedy?: string };
  return { message: shown, ...(remedy !== undefined && { remedy }) };
}
