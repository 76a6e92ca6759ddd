import { FrameError } from "../errors.js";
import { maskText } from "../secrets.js";

const CR = 13;
const LF = 10;

/**
 * Where the body after a header block begins: past the first empty line. Lines end in CR LF; LF and
 * CR CR LF, which programs in text mode write, are taken too.
 *
 * @param limit - Where the end of the block is at the latest.
 * @returns Undefined when there is no end before the limit.
 */
export function headerEnd(bytes: Buffer, start: number, limit: number): number | undefined {
  const within = Math.min(limit, bytes.length);
  let lineStart = start;
  for (let at = start; at < within; at++) {
    const byte = bytes[at];
    if (byte === LF) {
      if (isEmpty(bytes, lineStart, at)) return at + 1;
      lineStart = at + 1;
    }
  }
  return undefined;
}

function isEmpty(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== CR) return false;
  return true;
}

/**
 * Reads a header block.
 *
 * @returns The length of the body.
 * @throws {@link FrameError} with code `BAD_HEADER`, which quotes the line that is wrong.
 */
export function parseHeader(header: string): number {
  const lines = header.split(/\r*\n/).slice(0, -2);
  let length: number | undefined;
  for (const line of lines) {
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
  if (length !== undefined) return length;
  // Mostly a banner or a log line, which tells what the program is.
  throw new FrameError("BAD_HEADER", `A header without Content-Length: ${excerpt(header)}`);
}

/** Bodies are read as UTF-8; one that says it is something else would be read wrongly. */
function checkCharset(contentType: string, line: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase();
  // LSP asks to take `utf8` too, an old misspelling; ASCII is part of UTF-8.
  if (charset === undefined || ["utf-8", "utf8", "us-ascii"].includes(charset)) return;
  throw badHeader(line);
}

function badHeader(line: string): FrameError {
  return new FrameError("BAD_HEADER", `Not a valid header: ${excerpt(line)}`);
}

/** The first line of a text, quoted, at most 80 characters. */
export function excerpt(text: string): string {
  const line = text.split(/[\r\n]+/).find((candidate) => candidate !== "") ?? "";
  return JSON.stringify(maskText(Buffer.from(line, "latin1").toString("utf8")).slice(0, 80));
}
