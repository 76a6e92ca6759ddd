import { withoutMark } from "./byte-order-mark.js";
import {
  asBuffer,
  DEFAULT_FRAME_LIMITS,
  type FrameDecoder,
  type Framing,
  type OversizedFrame,
} from "./framing.js";
import { SkippedFrame } from "./skipped-frame.js";

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
/** Smaller pieces of a line are copied together, so that a trickle does not cost an object each. */
const SMALL_PIECE = 4 * 1024;
const GATHERED = 64 * 1024;

/** One message per line, as Agent Client Protocol and MCP servers do. Blank lines are skipped. */
export const ndjson: Framing = {
  name: "ndjson",
  createDecoder: (onBody, limits, onOversized) =>
    new LineDecoder(
      onBody,
      limits?.maxFrameBytes ?? DEFAULT_FRAME_LIMITS.maxFrameBytes,
      onOversized,
    ),
  header: () => "",
  trailer: "\n",
};

class LineDecoder implements FrameDecoder {
  readonly #onBody: (body: Buffer) => void;
  readonly #maxFrameBytes: number;
  readonly #onOversized: ((frame: OversizedFrame) => void) | undefined;
  /** The pieces of a line that spans chunks, joined once when it ends. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** Where small pieces are copied together, and how much of it is filled. */
  #gather: Buffer | undefined;
  #gathered = 0;
  /** The line under way, when it is over the limit. */
  #skipped: SkippedFrame | undefined;

  constructor(
    onBody: (body: Buffer) => void,
    maxFrameBytes: number,
    onOversized: ((frame: OversizedFrame) => void) | undefined,
  ) {
    this.#onBody = onBody;
    this.#maxFrameBytes = maxFrameBytes;
    this.#onOversized = onOversized;
  }

  push(bytes: Uint8Array): void {
    const chunk = asBuffer(bytes);
    let at = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, at)) {
      this.#endLine(chunk.subarray(at, end));
      at = end + 1;
    }
    if (at < chunk.length) this.#keep(chunk.subarray(at));
  }

  end(): void {
    this.#endLine(Buffer.alloc(0));
  }

  #endLine(last: Buffer): void {
    const line = this.#join(last);
    if (!line) return;
    const length = line[line.length - 1] === CR ? line.length - 1 : line.length;
    if (length > 0 && !isBlank(line)) this.#onBody(withoutMark(line.subarray(0, length)));
  }

  /** Keeps the beginning of a line whose end has not arrived. */
  #keep(piece: Buffer): void {
    if (this.#skips(piece)) return;
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

  /** The whole line; undefined when it was skipped. */
  #join(last: Buffer): Buffer | undefined {
    if (this.#skips(last)) {
      this.#skipped?.end();
      this.#skipped = undefined;
      this.#pieceBytes = 0;
      return undefined;
    }
    this.#pieceBytes = 0;
    if (this.#pieces.length === 0 && !this.#gather) return last;
    this.#endGather();
    const line = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    return line;
  }

  /** Counts a piece of the line; from the limit on, pieces pass by and are not kept. */
  #skips(piece: Buffer): boolean {
    this.#pieceBytes += piece.length;
    if (!this.#skipped) {
      if (this.#pieceBytes <= this.#maxFrameBytes) return false;
      this.#endGather();
      const pieces = this.#pieces;
      this.#pieces = [];
      this.#skipped = new SkippedFrame(this.#onOversized, this.#pieceBytes, this.#maxFrameBytes);
      for (const kept of pieces) this.#skipped.push(kept);
    }
    this.#skipped.push(piece);
    return true;
  }
}

function isBlank(line: Buffer): boolean {
  if (line[0] !== SPACE && line[0] !== TAB) return false;
  return line.every((byte) => byte === SPACE || byte === TAB || byte === CR);
}
