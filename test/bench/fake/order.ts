/** What the fake CLI is asked to send: the prompt of a `session.send`, as JSON. */
export type Order =
  /** Deltas to one session, numbered in their text, and then `session.idle`. */
  | { readonly kind: "deltas"; readonly count: number; readonly bytes: number }
  /** As many deltas, dealt out to sessions `s0`, `s1`, …, numbered per session from `from`. */
  | {
      readonly kind: "deal";
      readonly count: number;
      readonly sessions: number;
      readonly from: number;
    }
  /** A recorded session, so many times over; `from` counts on, so that no id comes twice. */
  | {
      readonly kind: "replay";
      readonly file: string;
      readonly times: number;
      readonly from: number;
    };

/** Asks by `ping` to make an order's frames ahead, so that making them is not measured. */
export const PREPARE = "prepare ";

/** Asks by `ping` for an answer of so many bytes, made ahead when asked with {@link PREPARE}. */
export const GIVE = "give ";

/** Begins a `ping` whose message is a payload, answered with how many of its bytes were right. */
export const TAKE = "take ";

/** Digits in front of a delta's text that number it. */
export const NUMBER_DIGITS = 8;

const PATTERN = "0123456789abcdef";

/** A text of so many bytes that both sides can make. */
export function payload(bytes: number): string {
  return PATTERN.repeat(Math.ceil(bytes / PATTERN.length)).slice(0, bytes);
}

/** The turns of the session that is recorded. */
export const RECORDED_TURNS = 2;
