import { FrameError } from "../errors.js";
import { skipMark, withoutMark } from "./byte-order-mark.js";
import {
  asBuffer,
  DEFAULT_FRAME_LIMITS,
  type FrameDecoder,
  type FrameLimits,
  type Framing,
  type OversizedFrame,
} from "./framing.js";
import { excerpt, headerEnd, parseHeader } from "./header.js";
import { SkippedFrame } from "./skipped-frame.js";

const CR = 13;
const LF = 10;
const BRACE = 0x7b;
const USUAL = /* @__PURE__ */ Buffer.from("content-length: ", "latin1");

/** A header block with a `Content-Length`, an empty line, then the body; as language servers do. */
export const contentLength: Framing = {
  name: "content-length",
  createDecoder: (onBody, limits, onOversized) =>
    new ContentLengthDecoder(
      onBody,
      {
        maxFrameBytes: limits?.maxFrameBytes ?? DEFAULT_FRAME_LIMITS.maxFrameBytes,
        maxHeaderBytes: limits?.maxHeaderBytes ?? DEFAULT_FRAME_LIMITS.maxHeaderBytes,
      },
      onOversized,
    ),
  header: (bodyBytes) => `Content-Length: ${bodyBytes}\r\n\r\n`,
  trailer: "",
};

class ContentLengthDecoder implements FrameDecoder {
  readonly #onBody: (body: Buffer) => void;
  readonly #limits: FrameLimits;
  readonly #onOversized: ((frame: OversizedFrame) => void) | undefined;
  /** The start of a header block whose end has not arrived. */
  #header: Buffer | undefined;
  /** A body that spans chunks, allocated once and filled as they come. */
  #body: Buffer | undefined;
  #filled = 0;
  /** A body over the limit that passes by, and how much of it is to come. */
  #skipped: SkippedFrame | undefined;
  #toSkip = 0;
  /** Where the body of the header just read begins. */
  #bodyStart = 0;

  constructor(
    onBody: (body: Buffer) => void,
    limits: FrameLimits,
    onOversized: ((frame: OversizedFrame) => void) | undefined,
  ) {
    this.#onBody = onBody;
    this.#limits = limits;
    this.#onOversized = onOversized;
  }

  push(bytes: Uint8Array): void {
    const { maxFrameBytes } = this.#limits;
    let chunk = asBuffer(bytes);
    let at = this.#skipped ? this.#skip(chunk, 0) : this.#fill(chunk);
    if (this.#header) {
      // Bounded by maxHeaderBytes, so joining stays cheap.
      chunk = Buffer.concat([this.#header, chunk]);
      this.#header = undefined;
    }
    while (at < chunk.length) {
      const length = this.#readUsual(chunk, at) ?? this.#readAny(chunk, at);
      if (length === undefined) {
        this.#header = chunk.subarray(at);
        return;
      }
      const start = this.#bodyStart;
      const end = start + length;
      if (length > maxFrameBytes) {
        this.#skipped = new SkippedFrame(this.#onOversized, length, maxFrameBytes);
        this.#toSkip = length;
        at = this.#skip(chunk, start);
      } else if (end > chunk.length) {
        this.#body = Buffer.allocUnsafe(length);
        this.#filled = chunk.copy(this.#body, 0, start);
        return;
      } else {
        this.#onBody(withoutMark(chunk.subarray(start, end)));
        at = end;
      }
    }
  }

  end(): void {
    const header = this.#header;
    const within = this.#body || this.#skipped ? "a body" : header && "a header";
    this.#header = undefined;
    this.#body = undefined;
    this.#skipped?.end();
    this.#skipped = undefined;
    if (!within) return;
    const begun = header ? `: ${excerpt(header.toString("latin1"))}` : "";
    throw new FrameError("FRAME_TRUNCATED", `The stream ended within ${within}${begun}`);
  }

  /** Adds to a body that spans chunks; returns how much of the chunk it took. */
  #fill(chunk: Buffer): number {
    const body = this.#body;
    if (!body) return 0;
    const taken = chunk.copy(body, this.#filled);
    this.#filled += taken;
    if (this.#filled === body.length) {
      this.#body = undefined;
      this.#onBody(withoutMark(body));
    }
    return taken;
  }

  /** Lets a body that is too large pass; returns where it ends in the chunk. */
  #skip(chunk: Buffer, start: number): number {
    const passing = chunk.subarray(start, start + this.#toSkip);
    this.#skipped?.push(passing);
    this.#toSkip -= passing.length;
    if (this.#toSkip === 0) {
      this.#skipped?.end();
      this.#skipped = undefined;
    }
    return start + passing.length;
  }

  /** Reads the one header that practically every message has; undefined if it is another. */
  #readUsual(chunk: Buffer, start: number): number | undefined {
    let at = start;
    if (chunk.length - at < USUAL.length + 5) return undefined;
    for (let i = 0; i < USUAL.length; i++, at++) {
      const byte = chunk[at]!;
      const letter = byte >= 65 && byte <= 90 ? byte | 32 : byte;
      if (letter !== USUAL[i]) return undefined;
    }
    let length = 0;
    const digits = at;
    for (; at < chunk.length; at++) {
      const digit = chunk[at]! - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (at === digits || at - digits > 15 || at + 4 > chunk.length) return undefined;
    const ends =
      chunk[at] === CR && chunk[at + 1] === LF && chunk[at + 2] === CR && chunk[at + 3] === LF;
    if (!ends || at + 4 - start > this.#limits.maxHeaderBytes) return undefined;
    this.#bodyStart = at + 4;
    return length;
  }

  /** Reads a header block of any shape; undefined when its end has not arrived. */
  #readAny(chunk: Buffer, begin: number): number | undefined {
    const { maxHeaderBytes } = this.#limits;
    const start = skipMark(chunk, begin);
    if (start === undefined || start === chunk.length) return undefined;
    // Its end would be waited for in vain.
    if (chunk[start] === BRACE) {
      throw new FrameError(
        "BAD_HEADER",
        "JSON in place of a header: the other side frames as ndjson",
      );
    }
    const end = headerEnd(chunk, start, start + maxHeaderBytes);
    // Before it is parsed: which error it is must not depend on how the bytes are cut.
    if (end === undefined) {
      if (chunk.length - start <= maxHeaderBytes) return undefined;
      const begun = excerpt(chunk.toString("latin1", start, start + 200));
      throw new FrameError(
        "HEADER_TOO_LARGE",
        `No end of header in ${maxHeaderBytes} bytes: ${begun}`,
      );
    }
    this.#bodyStart = end;
    return parseHeader(chunk.toString("latin1", start, end));
  }
}
