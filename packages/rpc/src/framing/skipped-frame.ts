import { FrameError } from "../errors.js";
import type { OversizedFrame } from "./framing.js";

/** How much of the beginning of a skipped frame is kept. An id stands in the first bytes. */
const HEAD_BYTES = 4 * 1024;

/**
 * A length from which a frame is not skipped: no text of JavaScript is as long in UTF-8, so it is
 * the length that is wrong, and skipping would swallow all messages that follow.
 */
const MAX_SKIPPED_BYTES = 2_147_483_648;

/** A frame over the limit while it passes: keeps its head and reports it once. */
export class SkippedFrame {
  readonly #report: (frame: OversizedFrame) => void;
  readonly #length: number;
  #pieces: Buffer[] = [];
  #kept = 0;
  #reported = false;

  /**
   * @param report - Called once, when the head has come.
   * @param length - The length of the body in bytes, as far as it is known.
   * @throws {@link FrameError} with code `FRAME_TOO_LARGE` if it cannot be skipped.
   */
  constructor(
    report: ((frame: OversizedFrame) => void) | undefined,
    length: number,
    maxFrameBytes: number,
  ) {
    if (!report || length > MAX_SKIPPED_BYTES) throw tooLarge(length, maxFrameBytes);
    this.#report = report;
    this.#length = length;
  }

  /** Takes the next bytes of the frame. */
  push(bytes: Buffer): void {
    if (this.#reported) return;
    const piece = bytes.subarray(0, HEAD_BYTES - this.#kept);
    // A copy: what it is part of is not to be held for it.
    this.#pieces.push(Buffer.from(piece));
    this.#kept += piece.length;
    if (this.#kept === HEAD_BYTES) this.end();
  }

  /** The frame is over. */
  end(): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#report({ length: this.#length, head: Buffer.concat(this.#pieces) });
    this.#pieces = [];
  }
}

/** The error for a frame over the limit. */
export function tooLarge(length: number, maxFrameBytes: number): FrameError {
  return new FrameError(
    "FRAME_TOO_LARGE",
    `A message of ${length} bytes is over the limit of ${maxFrameBytes}`,
  );
}
