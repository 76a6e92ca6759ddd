/** What a change means for one reader, from worst to best. */
export const VERDICTS = ["breaking", "dangerous", "safe"] as const;

/**
 * What a change means for one reader.
 *
 * - `breaking`: a program that uses it no longer compiles, or a call that worked fails.
 * - `dangerous`: it compiles and works in part: a value that nobody handles, a mismatch that is
 *   reported, something that is ignored.
 * - `safe`: nothing to do.
 */
export type Verdict = (typeof VERDICTS)[number];

/** Who reads a change, see {@link Reader}. */
export const READERS = ["regenerated", "oldClient", "callbacks", "events"] as const;

/**
 * Whom a change can hurt.
 *
 * - `regenerated`: our program, compiled against the client that is generated from the new schemas,
 *   calling the new server.
 * - `oldClient`: a client that was generated from the old schemas, calling the new server.
 * - `callbacks`: what the server calls at the client, handlers written for the old schemas: the
 *   worse of compiling anew and running as they are.
 * - `events`: listeners written for the old schemas, likewise.
 */
export type Reader = (typeof READERS)[number];

/** A place in a schema file or in a printed protocol model. */
export interface Location {
  readonly file: string;
  /** JSON Pointer. */
  readonly pointer: string;
}

/** One difference between two protocols. */
export interface Change {
  /** Stable name of its kind, such as `param-added-required`. */
  readonly code: string;
  /** The worst of the verdicts. */
  readonly level: Verdict;
  readonly verdicts: Readonly<Record<Reader, Verdict>>;
  /** What changed: a method's wire name, an event's tag, or a type and the way to a member. */
  readonly at: string;
  /** The change as a sentence. */
  readonly message: string;
  /** Where it stands in the old schemas, or null if only the new ones have it. */
  readonly old: Location | null;
  readonly new: Location | null;
  /** The methods or events that it concerns, by wire name or tag. */
  readonly affects: readonly string[];
}

/** How large a protocol is. */
export interface Size {
  readonly label: string;
  readonly methods: number;
  readonly events: number;
  readonly types: number;
}

/** The part of a version that has to grow, by semantic versioning. */
export type Bump = "major" | "minor" | "patch" | "none";

/** What a comparison found. */
export interface Diff {
  readonly old: Size;
  readonly new: Size;
  /** Worst first. */
  readonly changes: readonly Change[];
  /** Suggested for a package that is generated from the protocol. */
  readonly bump: Bump;
}

/** The worse of two verdicts. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) <= VERDICTS.indexOf(b) ? a : b;
}
