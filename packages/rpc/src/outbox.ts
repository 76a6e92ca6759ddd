import { RpcError } from "./errors.js";
import { encodeFrame, type Framing } from "./framing/framing.js";
import type { Transport } from "./transport.js";

/** Messages are joined into one write up to about this many characters. */
const BATCH_CHARS = 256 * 1024;
/** A message from this many characters on is framed by itself, which saves one copy of it. */
const LARGE_CHARS = 64 * 1024;

/**
 * A message from this many characters on is written in pieces of as many, as the transport takes
 * them: its bytes never stand in memory as a whole beside its text.
 */
const PIECE_CHARS = 1024 * 1024;

/** A message that waits for the transport. */
export interface HeldMessage {
  text: string;
  /** Whether it was handed to the transport. */
  gone?: boolean;
  /** Called when it was handed to the transport, or lost with it. */
  sent?: (error?: RpcError) => void;
}

/**
 * Joins the messages of one tick into few writes, and holds them back while the transport asks for
 * patience.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #framing: Framing;
  readonly #maxHeldBytes: number;
  /** Told when the transport threw. */
  onFailure: (error: RpcError) => void = () => {};
  #batch = "";
  #scheduled = false;
  #blocked = false;
  #ended = false;
  #held: HeldMessage[] = [];
  #next = 0;
  /** The rest of a message of which a part is written; nothing may come between. */
  #rest: { readonly text: string; at: number } | undefined;
  #heldBytes = 0;

  constructor(transport: Transport, framing: Framing, maxHeldBytes: number) {
    this.#transport = transport;
    this.#framing = framing;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Whether the transport asked to wait. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /**
   * Sends a message after all earlier ones.
   *
   * @returns The message when it has to wait, undefined when it is on its way.
   * @throws {@link RpcError} with code `QUEUE_FULL` when too many bytes wait already.
   */
  push(text: string): HeldMessage | undefined {
    if (this.#ended) return undefined;
    if (!this.#blocked) {
      this.#append(text);
      return undefined;
    }
    // Characters stand in for bytes: the bound is about memory, and counting bytes costs a pass.
    const bytes = this.#heldBytes + text.length;
    if (bytes > this.#maxHeldBytes && this.#heldBytes > 0) {
      throw new RpcError(
        "QUEUE_FULL",
        `The other side does not read: ${this.#heldBytes} bytes wait to be sent`,
      );
    }
    this.#heldBytes = bytes;
    const held: HeldMessage = { text };
    this.#held.push(held);
    return held;
  }

  /**
   * Forgets a message that still waits.
   *
   * @returns False when it is on its way already.
   */
  drop(message: HeldMessage): boolean {
    if (message.gone) return false;
    this.#heldBytes -= message.text.length;
    message.text = "";
    return true;
  }

  /** The transport has room again. */
  drain(): void {
    this.#blocked = false;
    this.#writePieces();
    while (!this.#blocked && this.#next < this.#held.length) {
      const message = this.#held[this.#next++]!;
      this.#heldBytes -= message.text.length;
      this.#appendHeld(message);
      if (this.#next === this.#held.length) {
        this.#held = [];
        this.#next = 0;
      }
    }
    if (this.#next > 4096) {
      this.#held = this.#held.slice(this.#next);
      this.#next = 0;
    }
  }

  /** Writes what was joined so far. */
  flush(): void {
    this.#scheduled = false;
    if (this.#batch === "") return;
    const batch = this.#batch;
    this.#batch = "";
    this.#write(Buffer.from(batch));
  }

  /** Hands everything to the transport, room or not, and takes no more. */
  finish(): void {
    this.flush();
    this.#writePieces(true);
    for (const message of this.#held.slice(this.#next)) {
      this.#appendHeld(message);
      this.#writePieces(true);
    }
    this.#held = [];
    this.flush();
    this.#ended = true;
  }

  /** Forgets what was not written and takes no more. */
  discard(error: RpcError): void {
    this.#ended = true;
    this.#batch = "";
    this.#rest = undefined;
    const held = this.#held.slice(this.#next);
    this.#held = [];
    for (const message of held) message.sent?.(error);
  }

  #appendHeld(message: HeldMessage): void {
    const { text } = message;
    message.gone = true;
    message.text = "";
    if (text !== "") this.#append(text);
    message.sent?.();
  }

  #append(text: string): void {
    if (text.length >= PIECE_CHARS) {
      this.flush();
      this.#write(Buffer.from(this.#framing.header(Buffer.byteLength(text)), "latin1"));
      this.#rest = { text, at: 0 };
      this.#writePieces();
      return;
    }
    if (text.length >= LARGE_CHARS) {
      this.flush();
      this.#write(encodeFrame(this.#framing, text));
      return;
    }
    this.#batch += this.#framing.header(Buffer.byteLength(text)) + text + this.#framing.trailer;
    if (this.#batch.length >= BATCH_CHARS) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.flush());
    }
  }

  /** Writes what is left of a message, as far as there is room. */
  #writePieces(roomOrNot = false): void {
    const rest = this.#rest;
    while (rest && rest.at < rest.text.length && !this.#ended && (roomOrNot || !this.#blocked)) {
      const end = pieceEnd(rest.text, rest.at + PIECE_CHARS);
      this.#write(Buffer.from(rest.text.slice(rest.at, end)));
      rest.at = end;
    }
    if (!rest || rest.at < rest.text.length) return;
    this.#rest = undefined;
    if (this.#framing.trailer !== "") this.#write(Buffer.from(this.#framing.trailer, "latin1"));
  }

  #write(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      if (!this.#transport.write(bytes)) this.#blocked = true;
    } catch (error) {
      this.onFailure(RpcError.from(error, "TRANSPORT_FAILED"));
    }
  }
}

/** A piece must not end between the two halves of a character. */
function pieceEnd(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff ? end + 1 : end;
}
