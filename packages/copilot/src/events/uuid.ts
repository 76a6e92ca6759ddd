/** The 128 bits of a UUID. */
export type UuidBits = Int32Array;

/** How many numbers the bits are. */
export const UUID_WORDS = 4;

/** What stands in the table for all that is no digit. */
const NO_DIGIT = 16;
const DASH = 0x2d;

/** The value of each hexadecimal digit, in the lower case in which servers write UUIDs. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < NO_DIGIT; value++) DIGITS[value.toString(16).charCodeAt(0)] = value;

const read: UuidBits = new Int32Array(UUID_WORDS);
/** All digits that were read, joined by `or`: {@link NO_DIGIT} or more if anything was none. */
let seen = 0;

/**
 * Reads a UUID.
 *
 * @returns Its bits, which are good until the next one is read; undefined for any other text, the
 * UUID of zeros, and one with capital letters.
 */
export function readUuid(text: string): UuidBits | undefined {
  if (text.length !== 36) return undefined;
  for (let at = 8; at <= 23; at += 5) if (text.charCodeAt(at) !== DASH) return undefined;
  seen = 0;
  read[0] = (digits(text, 0) << 16) | digits(text, 4);
  read[1] = (digits(text, 9) << 16) | digits(text, 14);
  read[2] = (digits(text, 19) << 16) | digits(text, 24);
  read[3] = (digits(text, 28) << 16) | digits(text, 32);
  const isNil = (read[0] | read[1] | read[2] | read[3]) === 0;
  return seen >= NO_DIGIT || isNil ? undefined : read;
}

/** Reads four digits. */
function digits(text: string, at: number): number {
  const a = digit(text.charCodeAt(at));
  const b = digit(text.charCodeAt(at + 1));
  const c = digit(text.charCodeAt(at + 2));
  const d = digit(text.charCodeAt(at + 3));
  seen |= a | b | c | d;
  return (a << 12) | (b << 8) | (c << 4) | d;
}

function digit(code: number): number {
  return code < DIGITS.length ? DIGITS[code]! : NO_DIGIT;
}
