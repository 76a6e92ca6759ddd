import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import { FleetError, type FleetErrorCode } from "../fleet-error.js";
import type { NatsHealth } from "../nats/nats-health.js";
import { SendWindow } from "./send-window.js";

/** What a message of a link is; its first byte. */
const KIND = { data: 0x44, ack: 0x41, gap: 0x47, close: 0x43 } as const;

/** How a link behaves. */
export interface LinkOptions {
  /** Most bytes that are sent and not acknowledged, in each direction. Default 1 MiB. */
  readonly windowBytes?: number;
  /** How long the other end may be silent while NATS is up, in milliseconds. Default 4,000. */
  readonly silentMs?: number;
  /** How long NATS may be gone, in milliseconds. Default 90,000. */
  readonly natsGoneMs?: number;
}

/** What a link tells. */
export interface LinkEvents {
  /** Bytes came. False: they are acknowledged only with {@link Link.consumed}. */
  data(chunk: Uint8Array): boolean;
  drain(): void;
  /** The link ended. Called once. */
  closed(cause: FleetError | undefined): void;
}

/** Where a link sends and listens. */
export interface LinkEnds {
  readonly send: string;
  readonly receive: string;
}

const MAX_CHUNK = 128 * 1024;

/**
 * A byte stream over two subjects of NATS, which by itself may lose messages when a connection
 * breaks: what is lost is sent again, what is slow is waited for, and silence is noticed.
 */
export class Link {
  readonly #nats: NatsConnection;
  readonly #health: NatsHealth;
  readonly #ends: LinkEnds;
  readonly #events: LinkEvents;
  readonly #limits: Required<LinkOptions>;
  readonly #window: SendWindow;
  readonly #subscription: Subscription;
  readonly #timer: NodeJS.Timeout;
  readonly #unwatch: () => void;
  readonly #chunkBytes: number;
  /** The message that is expected next, and up to where all was acknowledged. */
  #expected = 0;
  #acknowledged = 0;
  #unacknowledgedBytes = 0;
  #isHeld = false;
  #askedAgainAt = 0;
  #heard = performance.now();
  #ticked = performance.now();
  #isClosed = false;

  constructor(
    nats: NatsConnection,
    health: NatsHealth,
    ends: LinkEnds,
    events: LinkEvents,
    options: LinkOptions = {},
  ) {
    this.#nats = nats;
    this.#health = health;
    this.#ends = ends;
    this.#events = events;
    const { windowBytes = 1024 * 1024, silentMs = 4_000, natsGoneMs = 90_000 } = options;
    this.#limits = { windowBytes, silentMs, natsGoneMs };
    this.#chunkBytes = Math.min(MAX_CHUNK, (nats.info?.max_payload ?? MAX_CHUNK) - 64);
    this.#window = new SendWindow(
      windowBytes,
      (seq, chunk) => this.#publish(KIND.data, seq, chunk),
      () => this.#events.drain(),
    );
    this.#subscription = nats.subscribe(ends.receive, {
      callback: (error, message) => {
        if (!error) this.#receive(message.data);
      },
    });
    this.#timer = setInterval(() => this.#tick(), silentMs / 4);
    this.#unwatch = health.onReconnect(() => {
      this.#heard = performance.now();
      this.#window.resend();
    });
  }

  /** Queues bytes. False: wait for `drain` before more. */
  write(chunk: Uint8Array): boolean {
    if (this.#isClosed) return true;
    let more = true;
    for (let at = 0; at < chunk.length; at += this.#chunkBytes) {
      more = this.#window.write(chunk.subarray(at, at + this.#chunkBytes));
    }
    return more;
  }

  /** What `data` answered false for was used by now. */
  consumed(): void {
    this.#isHeld = false;
    this.#acknowledgeIfDue();
  }

  /** Whether everything that was written has arrived. */
  get isFlushed(): boolean {
    return this.#window.isEmpty;
  }

  /** Ends the link and tells the other end why. What was written is sent before. */
  close(code: FleetErrorCode = "CLOSED", message = "The other end closed the link."): void {
    if (this.#isClosed) return;
    this.#publish(KIND.close, 0, Buffer.from(JSON.stringify({ code, message })));
    this.#end(undefined);
  }

  #tick(): void {
    const now = performance.now();
    const { silentMs } = this.#limits;
    // This process itself stood still: what came meanwhile is read first.
    if (now - this.#ticked > silentMs / 2) this.#heard = now;
    this.#ticked = now;
    const dead = this.#deathAt(now);
    if (dead) {
      this.#end(dead);
      return;
    }
    this.#window.resendAfter(silentMs / 2);
    this.#acknowledge();
  }

  /** Why the link is over, if it is. */
  #deathAt(now: number): FleetError | undefined {
    const { silentMs, natsGoneMs } = this.#limits;
    if (!this.#health.isUp) {
      if (now - this.#health.since < natsGoneMs) return undefined;
      const seconds = Math.round(natsGoneMs / 1_000);
      return new FleetError("NATS_GONE", `NATS was gone for ${seconds} s.`);
    }
    if (now - Math.max(this.#heard, this.#health.since) <= silentMs) return undefined;
    const message = `The other end of the link was silent for ${silentMs} ms.`;
    return new FleetError("PEER_SILENT", message);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#heard = performance.now();
    const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const seq = frame.readUInt32BE(1);
    const kind = frame[0];
    if (kind === KIND.ack) this.#window.acknowledge(seq);
    else if (kind === KIND.gap) {
      this.#window.acknowledge(seq);
      this.#window.resend();
    } else if (kind === KIND.close) {
      const { code, message } = JSON.parse(frame.toString("utf8", 5));
      this.#end(new FleetError(code, message));
    } else if (kind === KIND.data) this.#take(seq, frame.subarray(5));
  }

  #take(seq: number, chunk: Buffer): void {
    if (seq === this.#expected) {
      this.#expected++;
      this.#unacknowledgedBytes += chunk.length;
      if (!this.#events.data(chunk)) this.#isHeld = true;
      this.#acknowledgeIfDue();
    } else if (seq < this.#expected) this.#acknowledge();
    else if (performance.now() - this.#askedAgainAt > 200) {
      this.#askedAgainAt = performance.now();
      this.#publish(KIND.gap, this.#expected);
    }
  }

  #acknowledgeIfDue(): void {
    if (!this.#isHeld && this.#unacknowledgedBytes > this.#limits.windowBytes / 4) {
      this.#acknowledge();
    }
  }

  /** Also the heartbeat. */
  #acknowledge(): void {
    if (!this.#isHeld) {
      this.#acknowledged = this.#expected;
      this.#unacknowledgedBytes = 0;
    }
    this.#publish(KIND.ack, this.#acknowledged);
  }

  #publish(kind: number, seq: number, content: Uint8Array = NOTHING): void {
    if (this.#nats.isClosed()) return;
    const frame = Buffer.allocUnsafe(5 + content.length);
    frame[0] = kind;
    frame.writeUInt32BE(seq, 1);
    frame.set(content, 5);
    // While NATS is gone, what is sent is lost: it is sent again once it is back.
    if (this.#health.isUp) this.#nats.publish(this.#ends.send, frame);
  }

  #end(cause: FleetError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unwatch();
    this.#subscription.unsubscribe();
    this.#events.closed(cause);
  }
}

const NOTHING = new Uint8Array();
