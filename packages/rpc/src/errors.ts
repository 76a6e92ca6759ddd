import type { ValidationIssue } from "./validation.js";

/** What went wrong, for programs. Stable: a code is never reused with another meaning. */
export type RpcErrorCode =
  // The call
  | "INVALID_OPTION"
  | "CALL_TIMEOUT"
  | "CALL_INACTIVE"
  | "CALL_ABORTED"
  | "TOO_MANY_PENDING"
  | "QUEUE_FULL"
  | "UNSERIALIZABLE"
  | "NOT_LISTENING"
  // The connection
  | "CONNECTION_CLOSED"
  | "PROCESS_EXITED"
  | "SPAWN_FAILED"
  | "KILL_FAILED"
  | "START_TIMEOUT"
  | "CONNECT_FAILED"
  | "CONNECT_TIMEOUT"
  | "REMOTE_CLOSED"
  | "TRANSPORT_FAILED"
  | "FRAME_TOO_LARGE"
  | "FRAME_TRUNCATED"
  | "HEADER_TOO_LARGE"
  | "BAD_HEADER"
  | "BAD_MESSAGE"
  // The values
  | "INVALID_PARAMS"
  | "INVALID_RESULT"
  | "INVALID_EVENT"
  | "UNKNOWN_DEFINITION"
  | "BAD_DEFINITION"
  | "CONTRACT_MISMATCH"
  | "PROTOCOL_MISMATCH"
  // The program
  | "DUPLICATE_HANDLER"
  | "HANDLER_TIMEOUT"
  | "REQUEST_CANCELLED"
  | "INTERNAL";

/**
 * Tells what class an error is of, also one that another copy of this package made. A text and no
 * symbol: bundlers keep a class whose members have computed names, used or not.
 */
const KIND = "~stubwright/rpc";

/**
 * The base of every error that this package throws or reports. `instanceof` holds across copies of
 * the package.
 */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  /**
   * What went wrong, for programs: one of our codes, or the JSON-RPC code, a number, where the other
   * side answered with an error ({@link ResponseError}).
   */
  readonly code: RpcErrorCode | number;

  constructor(code: RpcErrorCode | number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** The path on the docs site of what helps: `/troubleshooting#CALL_TIMEOUT`. */
  get docsPath(): string {
    return `/troubleshooting#${typeof this.code === "number" ? "RESPONSE" : this.code}`;
  }

  /**
   * The class's name, which survives minifying.
   *
   * @internal
   */
  get "~stubwright/rpc"(): string {
    return "RpcError";
  }

  /** Holds for errors of another copy of this package, too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: each class inherits this and asks for itself.
    return isOfClass(value, this.prototype as object);
  }

  /**
   * Makes an error of whatever was thrown.
   *
   * @param thrown - Anything; an `RpcError` comes back unchanged, the rest becomes the `cause`.
   * @param code - The code of a newly made error. Default `INTERNAL`.
   */
  static from(thrown: unknown, code: RpcErrorCode = "INTERNAL"): RpcError {
    return toRpcError(thrown, code);
  }
}

// Outside of the class: esbuild renames a class that refers to itself, and the name is in traces.
function toRpcError(thrown: unknown, code: RpcErrorCode): RpcError {
  if (thrown instanceof RpcError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RpcError(code, message, { cause: thrown });
}

function isOfClass(value: unknown, prototype: object): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.prototype.isPrototypeOf.call(prototype, value)) return true;
  // A class that an app derives is told by its prototype alone.
  if (!Object.hasOwn(prototype, KIND)) return false;
  const kind = (value as { [KIND]?: unknown })[KIND];
  return (
    typeof kind === "string" && (prototype === RpcError.prototype || kind === ownKind(prototype))
  );
}

function ownKind(prototype: object): unknown {
  return (prototype as { [KIND]?: unknown })[KIND];
}

/** The `error` member of an answer, as far as it can be relied on. */
export interface ErrorAnswer {
  /** A JSON-RPC error code, such as -32601 for an unknown method. */
  readonly code: number;
  /** Some servers leave it out. */
  readonly message?: string;
  readonly data?: unknown;
}

/**
 * The other side answered a call with an error; `code` is the JSON-RPC code of the answer, a number.
 * A request handler throws one to choose the code, message and data that the caller gets.
 */
export class ResponseError extends RpcError {
  override readonly name = "ResponseError";
  declare readonly code: number;
  /** The `data` member of the answer, if any. */
  readonly data: unknown;
  /** The method that was called; absent on an error made by a handler. */
  readonly method: string | undefined;

  constructor(answer: ErrorAnswer, method?: string) {
    const failed = method === undefined ? "The call failed" : `${method} failed`;
    super(answer.code, answer.message ?? `${failed} with code ${answer.code}`);
    this.data = answer.data;
    this.method = method;
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "ResponseError";
  }
}

/** The connection ended. Every call that was open then is rejected with the same one. */
export class ConnectionClosedError extends RpcError {
  override readonly name = "ConnectionClosedError";

  /**
   * @param cause - Why it ended.
   * @param last - A sentence that quotes what came last, if that was no message: it often says why.
   */
  constructor(cause?: Error, last?: string) {
    const why = cause ? `: ${cause.message}` : "";
    const more = last ? `. ${last}` : "";
    super("CONNECTION_CLOSED", `The connection is closed${why}${more}`, { cause });
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "ConnectionClosedError";
  }
}

/** The process at the other end of a connection exited without being asked to. */
export class ProcessExitError extends RpcError {
  override readonly name = "ProcessExitError";
  /** The exit code, or null when a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it, or null. */
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly stderrTail: string;

  constructor(exitCode: number | null, signal: NodeJS.Signals | null, stderrTail: string) {
    const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
    super("PROCESS_EXITED", `The process ${how}`);
    this.exitCode = exitCode;
    this.signal = signal;
    this.stderrTail = stderrTail;
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "ProcessExitError";
  }
}

/** A value does not match its definition. */
export class ValidationError extends RpcError {
  override readonly name = "ValidationError";
  /** The method or event type that the value belongs to. */
  readonly subject: string;
  /** What differs; at least one. */
  readonly issues: readonly ValidationIssue[];

  constructor(
    code: "INVALID_PARAMS" | "INVALID_RESULT" | "INVALID_EVENT",
    subject: string,
    issues: readonly ValidationIssue[],
  ) {
    const what = { INVALID_PARAMS: "params", INVALID_RESULT: "result", INVALID_EVENT: "event" };
    const first = issues[0];
    const where = first?.pointer ? ` at ${first.pointer}` : "";
    super(code, `${subject}: invalid ${what[code]}${where}: ${explain(first)}`);
    this.subject = subject;
    this.issues = issues;
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "ValidationError";
  }
}

function explain(issue: ValidationIssue | undefined): string {
  if (!issue) return "it does not match";
  const { expected, found, meant } = issue;
  const hint = meant === undefined ? "" : `; is ${JSON.stringify(meant)} meant?`;
  return `expected ${expected}, found ${found}${hint}`;
}

type FrameErrorCode = "FRAME_TOO_LARGE" | "FRAME_TRUNCATED" | "HEADER_TOO_LARGE" | "BAD_HEADER";

/**
 * Incoming bytes broke the framing. Where the next message begins could only be guessed, so the
 * connection ends with it; a frame whose body is no message is reported, and the connection goes on.
 * A frame that is too large (`FRAME_TOO_LARGE`) is skipped: the call that it answers rejects.
 */
export class FrameError extends RpcError {
  override readonly name = "FrameError";
  declare readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, message: string) {
    super(code, message);
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "FrameError";
  }
}

const TIMEOUTS = {
  CALL_TIMEOUT: (method: string, ms: number) => `${method} was not answered within ${ms} ms`,
  CALL_INACTIVE: (method: string, ms: number) => `${method}: nothing was heard for ${ms} ms`,
  HANDLER_TIMEOUT: (method: string, ms: number) => `The handler of ${method} ran over ${ms} ms`,
};

/** A call was not answered, or a handler did not finish, within its time; see its `code`. */
export class TimeoutError extends RpcError {
  override readonly name = "TimeoutError";
  /** The method that was called. */
  readonly method: string;

  constructor(
    method: string,
    timeoutMs: number,
    code: "CALL_TIMEOUT" | "CALL_INACTIVE" | "HANDLER_TIMEOUT" = "CALL_TIMEOUT",
  ) {
    super(code, TIMEOUTS[code](method, timeoutMs));
    this.method = method;
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "TimeoutError";
  }
}

/** A call was aborted by its signal; `cause` is the signal's reason. */
export class AbortedError extends RpcError {
  override readonly name = "AbortedError";
  /** The method that was called. */
  readonly method: string;

  constructor(method: string, reason: unknown) {
    super("CALL_ABORTED", `${method} was aborted`, { cause: reason });
    this.method = method;
  }

  /** @internal */
  override get "~stubwright/rpc"(): string {
    return "AbortedError";
  }
}
