import { FrameError } from "../errors.js";
import { asBuffer, DEFAULT_FRAME_LIMITS, type FrameDecoder, type Framing } from "./framing.js";

const LF = 10;
const CR = 13;
/** Smaller pieces of a line are copied together, so that a trickle does not cost an object each. */
const SMALL_PIECE = 4 * 1024;
const GATHERED = 64 * 1024;

/** One message per line, as Agent Client Protocol and MCP servers do. Empty lines are skipped. */
export const ndjson: Framing = {
  name: "ndjson",
  createDecoder: (onBody, limits) =>
    new LineDecoder(onBody, limits?.maxFrameBytes ?? DEFAULT_FRAME_LIMITS.maxFrameBytes),
  header: () => "",
  trailer: "\n",
};

class LineDecoder implements FrameDecoder {
  readonly #onBody: (body: Buffer) => void;
  readonly #maxFrameBytes: number;
  /** The pieces of a line that spans chunks, joined once when it ends. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** Where small pieces are copied together, and how much of it is filled. */
  #gather: Buffer | undefined;
  #gathered = 0;

  constructor(onBody: (body: Buffer) => void, maxFrameBytes: number) {
    this.#onBody = onBody;
    this.#maxFrameBytes = maxFrameBytes;
  }

  push(bytes: Uint8Array): void {
    const chunk = asBuffer(bytes);
    let at = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, at)) {
      const line = this.#join(chunk.subarray(at, end));
      at = end + 1;
      const length = line[line.length - 1] === CR ? line.length - 1 : line.length;
      if (length > 0) this.#onBody(line.subarray(0, length));
    }
    if (at < chunk.length) {
      this.#count(chunk.length - at);
      this.#keep(chunk.subarray(at));
    }
  }

  #keep(piece: Buffer): void {
    if (piece.length > SMALL_PIECE) {
      this.#endGather();
      this.#pieces.push(piece);
      return;
    }
    if (this.#gathered + piece.length > GATHERED) this.#endGather();
    this.#gather ??= Buffer.allocUnsafe(GATHERED);
    this.#gathered += piece.copy(this.#gather, this.#gathered);
  }

  #endGather(): void {
    if (this.#gather) this.#pieces.push(this.#gather.subarray(0, this.#gathered));
    this.#gather = undefined;
    this.#gathered = 0;
  }

  #join(last: Buffer): Buffer {
    this.#count(last.length);
    this.#endGather();
    const line = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return line;
  }

  #count(bytes: number): void {
    this.#pieceBytes += bytes;
    if (this.#pieceBytes > this.#maxFrameBytes) {
      this.#pieces = [];
      throw new FrameError("FRAME_TOO_LARGE", `A line of more than ${this.#maxFrameBytes} bytes`);
    }
  }
}
