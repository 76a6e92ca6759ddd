import { ResponseError } from "@stubwright/rpc/internal";

const CODES = [
  "not_found",
  "non_resumable",
  "already_active",
  "factory_already_running",
  "factory_limits_invalid",
  "factory_session_disposed",
  "factory_storage_unavailable",
  "factory_storage_corrupt",
] as const;

/**
 * Why a run cannot be resumed.
 *
 * @experimental Factories may change with the runtime.
 */
export type FactoryResumeErrorCode = (typeof CODES)[number];

/**
 * A run cannot be resumed: nothing of it was executed.
 *
 * @example
 * ```ts
 * import { FactoryResumeError } from "@stubwright/copilot";
 * import { joinSession } from "@stubwright/copilot/extension";
 *
 * const session = await joinSession();
 * try {
 *   await session.factory.resume("5f0c0b0e");
 * } catch (error) {
 *   if (!(error instanceof FactoryResumeError) || error.code !== "not_found") throw error;
 * }
 * ```
 *
 * @experimental Factories may change with the runtime.
 */
export class FactoryResumeError extends Error {
  override readonly name: string = "FactoryResumeError";
  /** Why. */
  readonly code: FactoryResumeErrorCode;

  constructor(code: FactoryResumeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** @internal What is thrown for an answer: this error if it says one of the codes. */
  static from(error: unknown): unknown {
    return toResumeError(error);
  }
}

// Outside of the class: esbuild renames a class that refers to itself, and the name is in traces.
function toResumeError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { code } = (error.data ?? {}) as { readonly code?: unknown };
  // From 1.0.102 on servers say workflow where they said factory, and tell a run that a crash of
  // the server cut off from others that cannot be resumed.
  const word = typeof code === "string" ? code.replace(/^workflow_/, "factory_") : code;
  const wanted = word === "factory_run_not_resumable" ? "non_resumable" : word;
  const known = CODES.find((each) => each === wanted);
  return known ? new FactoryResumeError(known, error.message, { cause: error }) : error;
}
