/** The UTF-8 byte order mark: EF BB BF. */
const MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Where the text of some bytes begins, past a byte order mark.
 *
 * @returns Undefined when the bytes end within a mark.
 */
export function skipMark(bytes: Buffer, start: number): number | undefined {
  for (let i = 0; i < MARK.length; i++) {
    if (start + i >= bytes.length) return i === 0 ? start : undefined;
    if (bytes[start + i] !== MARK[i]) return start;
  }
  return start + MARK.length;
}

/** A body without its byte order mark; RFC 8259 lets a reader ignore one. */
export function withoutMark(body: Buffer): Buffer {
  return body[0] === MARK[0] && skipMark(body, 0) === MARK.length
    ? body.subarray(MARK.length)
    : body;
}
