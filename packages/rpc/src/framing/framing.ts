/** Bounds on incoming frames. */
export interface FrameLimits {
  /** Largest body, in bytes. Default 64 MiB. */
  readonly maxFrameBytes: number;
  /** Largest header block, in bytes. Default 8 KiB. */
  readonly maxHeaderBytes: number;
}

/** The default {@link FrameLimits}. */
export const DEFAULT_FRAME_LIMITS: FrameLimits = {
  maxFrameBytes: 64 * 1024 * 1024,
  maxHeaderBytes: 8 * 1024,
};

/** A frame over `maxFrameBytes`, which is skipped as it arrives. */
export interface OversizedFrame {
  /** The length of its body in bytes; with `ndjson`, how many had come when that was too many. */
  readonly length: number;
  /** The beginning of its body, at most 4 KiB, in which an id may be found. */
  readonly head: Buffer;
}

/** Cuts a byte stream into bodies. It holds the state of one stream. */
export interface FrameDecoder {
  /**
   * Takes the next bytes and hands on every body that they complete, in order.
   *
   * @param chunk - Kept as long as a body refers to it; it must not change afterwards.
   * @throws {@link FrameError} when the stream breaks the framing. The decoder is dead then: where
   * the next message begins can only be guessed.
   */
  push(chunk: Uint8Array): void;
  /**
   * The stream ended: hands on a last line without a line end. Idempotent.
   *
   * @throws {@link FrameError} with code `FRAME_TRUNCATED` when it ended within a frame.
   */
  end(): void;
}

/** How messages are told apart in a byte stream. */
export interface Framing {
  /** Its name in a protocol's descriptor. */
  readonly name: "content-length" | "ndjson";
  /**
   * Makes a decoder for one stream.
   *
   * @param onBody - Called once per message, with the bytes of its body, without a byte order mark.
   * @param onOversized - Called once per frame over `maxFrameBytes`, as soon as its head has come;
   * the frame is skipped without being kept, and those after it are read. Without it, such a frame
   * breaks the framing, with code `FRAME_TOO_LARGE`.
   */
  createDecoder(
    onBody: (body: Buffer) => void,
    limits?: Partial<FrameLimits>,
    onOversized?: (frame: OversizedFrame) => void,
  ): FrameDecoder;
  /** What goes before a body of so many bytes; ASCII. */
  header(bodyBytes: number): string;
  /** What goes after every body; ASCII. */
  readonly trailer: string;
}

/** Frames one message as bytes of its own. */
export function encodeFrame(framing: Framing, body: string): Buffer {
  const bodyBytes = Buffer.byteLength(body);
  const header = framing.header(bodyBytes);
  const frame = Buffer.allocUnsafe(header.length + bodyBytes + framing.trailer.length);
  frame.write(header, 0, "latin1");
  frame.write(body, header.length, "utf8");
  frame.write(framing.trailer, header.length + bodyBytes, "latin1");
  return frame;
}

/** Looks at bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
