import type { Cursor, Definitions } from "./cursor.js";
import type { ShapeKind } from "./rules.js";

/** Two nodes that are compared with each other. */
export interface Pair {
  readonly old: Cursor;
  readonly new: Cursor;
  /** Type and the way to the member, such as `SendRequest.mode`. */
  readonly where: string;
}

/** What the sentence about a difference says more. */
export interface More {
  readonly from?: string;
  readonly to?: string;
  readonly values?: string;
}

/** A difference at one place, before its verdicts are known. */
export interface Finding<Kind = ShapeKind> {
  readonly kind: Kind;
  /** A type and the way to a member, or the name of an entry. */
  readonly where: string;
  readonly old: Pick<Cursor, "at"> | null;
  readonly new: Pick<Cursor, "at"> | null;
  readonly more: More;
}

/** What a comparer gives: a difference, or two nodes further down that are to be compared. */
export type Step = Finding | Pair;

/** What comparers need to know. */
export interface Context {
  readonly old: Definitions;
  readonly new: Definitions;
  /** Whether two schemas of the two sides mean the same. */
  readonly same: (old: unknown, after: unknown) => boolean;
  /** Whether descriptions count. */
  readonly descriptions: boolean;
}

/** A difference between two nodes. */
export function finding(kind: ShapeKind, pair: Pair, more: More = {}): Finding {
  const { old, new: after, where } = pair;
  return { kind, where, old, new: after, more };
}
