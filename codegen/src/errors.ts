/** What went wrong, in a word that programs can test. */
export type StubwrightErrorCode =
  | "CONFIG_NOT_FOUND"
  | "CONFIG_INVALID"
  | "SOURCE_INVALID"
  | "LOCK_INVALID"
  | "LOCK_MISSING"
  | "PACKAGE_MISSING"
  | "SCHEMA_UNREADABLE"
  | "SCHEMA_ALTERED"
  | "SCHEMA_INVALID"
  | "CORE_STALE"
  | "NAME_CLASH"
  | "OUTPUT_UNWRITABLE"
  | "DOWNLOAD_FAILED"
  | "COMMAND_FAILED"
  | "DIFF_INPUT_INVALID"
  | "ALLOW_LIST_INVALID";

/** Where a {@link StubwrightError} was found and what helps. */
export interface StubwrightErrorDetails {
  /** The file it was found in. */
  readonly file?: string;
  /** JSON Pointer to the place in that file. */
  readonly pointer?: string;
  /** What to do about it, as a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * A mistake in what Stubwright was given: a file, a schema, a setting. Any other error that leaves
 * this package is a bug in it.
 */
export class StubwrightError extends Error {
  override readonly name = "StubwrightError";
  readonly code: StubwrightErrorCode;
  readonly file: string | undefined;
  readonly pointer: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: StubwrightErrorCode, message: string, details: StubwrightErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.pointer = details.pointer;
    this.remedy = details.remedy;
  }

  /** The path on the docs site of what helps: `/troubleshooting#CONFIG_INVALID`. */
  get docsPath(): string {
    return `/troubleshooting#${this.code}`;
  }
}

/** Something in what Stubwright was given that has no effect, and may be meant to have one. */
export interface StubwrightWarning {
  readonly code: "UNKNOWN_KEYWORD";
  readonly message: string;
  readonly file: string;
  /** JSON Pointer to the place in that file. */
  readonly pointer: string;
}
