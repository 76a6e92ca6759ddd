/** A mistake in what the inspector was given, with what to do about it. Anything else is a bug in it. */
export class InspectorError extends Error {
  override readonly name = "InspectorError";
  readonly code: "INVALID_ARGUMENT" | "CONNECT_FAILED" | "BAD_RECORDING" | "NOT_SUPPORTED";
  /** What to do, as a sentence. */
  readonly remedy: string | undefined;

  constructor(
    code: InspectorError["code"],
    message: string,
    { remedy, cause }: { readonly remedy?: string; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}
