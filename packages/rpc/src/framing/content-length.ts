import { FrameError } from "../errors.js";
import {
  asBuffer,
  DEFAULT_FRAME_LIMITS,
  type FrameDecoder,
  type FrameLimits,
  type Framing,
} from "./framing.js";

const CR = 13;
const LF = 10;
const BRACE = 0x7b;
const USUAL = Buffer.from("content-length: ", "latin1");

/** A header block with a `Content-Length`, an empty line, then the body; as language servers do. */
export const contentLength: Framing = {
  name: "content-length",
  createDecoder: (onBody, limits) =>
    new ContentLengthDecoder(onBody, {
      maxFrameBytes: limits?.maxFrameBytes ?? DEFAULT_FRAME_LIMITS.maxFrameBytes,
      maxHeaderBytes: limits?.maxHeaderBytes ?? DEFAULT_FRAME_LIMITS.maxHeaderBytes,
    }),
  header: (bodyBytes) => `Content-Length: ${bodyBytes}\r\n\r\n`,
  trailer: "",
};

class ContentLengthDecoder implements FrameDecoder {
  readonly #onBody: (body: Buffer) => void;
  readonly #limits: FrameLimits;
  /** The start of a header block whose end has not arrived. */
  #header: Buffer | undefined;
  /** A body that spans chunks, allocated once and filled as they come. */
  #body: Buffer | undefined;
  #filled = 0;
  /** Where the body of the header just read begins. */
  #bodyStart = 0;

  constructor(onBody: (body: Buffer) => void, limits: FrameLimits) {
    this.#onBody = onBody;
    this.#limits = limits;
  }

  push(bytes: Uint8Array): void {
    let chunk = asBuffer(bytes);
    let at = this.#fill(chunk);
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
      if (end > chunk.length) {
        this.#body = Buffer.allocUnsafe(length);
        this.#filled = chunk.copy(this.#body, 0, start);
        return;
      }
      this.#onBody(chunk.subarray(start, end));
      at = end;
    }
  }

  /** Adds to a body that spans chunks; returns how much of the chunk it took. */
  #fill(chunk: Buffer): number {
    const body = this.#body;
    if (!body) return 0;
    const taken = chunk.copy(body, this.#filled);
    this.#filled += taken;
    if (this.#filled === body.length) {
      this.#body = undefined;
      this.#onBody(body);
    }
    return taken;
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
    if (at === digits || at + 4 > chunk.length) return undefined;
    const ends =
      chunk[at] === CR && chunk[at + 1] === LF && chunk[at + 2] === CR && chunk[at + 3] === LF;
    if (!ends) return undefined;
    this.#bodyStart = at + 4;
    return this.#checkLength(length, at + 4 - start);
  }

  /** Reads a header block of any shape; undefined when its end has not arrived. */
  #readAny(chunk: Buffer, start: number): number | undefined {
    const { maxHeaderBytes } = this.#limits;
    // Its end would be waited for in vain.
    if (chunk[start] === BRACE) {
      throw new FrameError(
        "BAD_HEADER",
        "JSON in place of a header: the other side frames as ndjson",
      );
    }
    const end = chunk.subarray(start, start + maxHeaderBytes + 4).indexOf("\r\n\r\n");
    if (end < 0 && chunk.length - start <= maxHeaderBytes) return undefined;
    // Before it is parsed: which error it is must not depend on how the bytes are cut.
    if (end < 0 || end + 4 > maxHeaderBytes) {
      throw new FrameError("HEADER_TOO_LARGE", `No end of header in ${maxHeaderBytes} bytes`);
    }
    this.#bodyStart = start + end + 4;
    return this.#checkLength(parseHeader(chunk.toString("latin1", start, start + end)), end + 4);
  }

  #checkLength(length: number, headerBytes: number): number {
    const { maxFrameBytes, maxHeaderBytes } = this.#limits;
    if (headerBytes > maxHeaderBytes) {
      throw new FrameError("HEADER_TOO_LARGE", `A header of more than ${maxHeaderBytes} bytes`);
    }
    if (length > maxFrameBytes) {
      throw new FrameError(
        "FRAME_TOO_LARGE",
        `A message of ${length} bytes is over the limit of ${maxFrameBytes}`,
      );
    }
    return length;
  }
}

function parseHeader(header: string): number {
  let length: number | undefined;
  for (const line of header.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw badHeader(line);
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-type") checkCharset(value, line);
    if (name !== "content-length") continue;
    if (!/^\d{1,15}$/.test(value)) throw badHeader(line);
    if (length !== undefined && length !== Number(value)) throw badHeader(line);
    length = Number(value);
  }
  if (length === undefined) throw new FrameError("BAD_HEADER", "A header without Content-Length");
  return length;
}

/** Bodies are read as UTF-8; one that says it is something else would be read wrongly. */
function checkCharset(contentType: string, line: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase();
  // LSP asks to take `utf8` too, an old misspelling; ASCII is part of UTF-8.
  if (charset === undefined || ["utf-8", "utf8", "us-ascii"].includes(charset)) return;
  throw badHeader(line);
}

function badHeader(line: string): FrameError {
  return new FrameError("BAD_HEADER", `Not a valid header: ${JSON.stringify(line.slice(0, 80))}`);
}
