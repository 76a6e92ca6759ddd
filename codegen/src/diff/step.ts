import type { JsonSchema } from "../schema.js";
import type { Definitions } from "./definitions.js";
import { placeOf } from "./locate.js";
import type { ShapeKind } from "./rules.js";

/** Two nodes that are compared with each other. */
export interface Pair {
  readonly old: JsonSchema;
  readonly new: JsonSchema;
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
  /** File, `#`, JSON Pointer; null if that side has none. */
  readonly old: string | null;
  readonly new: string | null;
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

/** A difference between two nodes, or of a node that only one side has. */
export function finding<Kind = ShapeKind>(
  kind: Kind,
  { old, new: after, where }: { [K in keyof Pair]: Pair[K] | (K extends "where" ? never : null) },
  more: More = {},
): Finding<Kind> {
  return { kind, where, old: old && placeOf(old), new: after && placeOf(after), more };
}

/** The pair with references followed on both sides. */
export function resolvePair({ old, new: after, where }: Pair, context: Context): Pair {
  return { old: context.old.resolve(old), new: context.new.resolve(after), where };
}
