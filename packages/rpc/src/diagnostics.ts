import { diagnosticChannel } from "./channels.js";
import type { RpcError, ValidationError } from "./errors.js";
import type { MessageId } from "./message.js";
import { maskSecrets } from "./secrets.js";

/**
 * Something that no call could report, told to whoever listens instead of being swallowed. Values of
 * secret members are masked in it.
 */
export type Diagnostic =
  /** A notification that no handler is registered for. */
  | { readonly kind: "unknownNotification"; readonly method: string; readonly params: unknown }
  /** A request that no handler is registered for; it was answered with -32601. */
  | { readonly kind: "unknownRequest"; readonly method: string; readonly params: unknown }
  /** A value whose tag its union does not have; it was let through. */
  | {
      readonly kind: "unknownTag";
      readonly union: string;
      readonly tag: unknown;
      readonly value: unknown;
    }
  /** An answer to a call that was settled before: timed out, aborted or answered. */
  | { readonly kind: "lateResponse"; readonly id: MessageId; readonly error?: unknown }
  /** An answer to a call that was never made; `id` is null when a server refuses a message. */
  | { readonly kind: "unknownResponse"; readonly id: MessageId; readonly error?: unknown }
  /** A frame that holds no JSON-RPC message. `excerpt` is its start, at most 120 characters. */
  | { readonly kind: "badMessage"; readonly error: RpcError; readonly excerpt: string }
  /** A handler threw, or its promise was rejected. */
  | { readonly kind: "handlerError"; readonly method: string; readonly error: unknown }
  /** The connection ended, or a handler's time, before its answer was ready. */
  | { readonly kind: "lostAnswer"; readonly method: string; readonly id: MessageId }
  /** A call was given up, but the other side could not be told; see the option `cancel`. */
  | {
      readonly kind: "cancelFailed";
      readonly method: string;
      readonly id: number;
      readonly error: unknown;
    }
  /** A value did not match its definition, and the policy was to report it. */
  | { readonly kind: "mismatch"; readonly error: ValidationError; readonly value: unknown };

/** Takes diagnostics. What it throws surfaces as an uncaught exception. */
export type DiagnosticListener = (diagnostic: Diagnostic) => void;

/** Hands diagnostics to the listeners of one peer and to the process-wide channel. */
export class Diagnostics {
  readonly #listeners = new Set<DiagnosticListener>();

  /** Adds a listener; the result removes it. */
  on(listener: DiagnosticListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells everyone. */
  readonly report = (raw: Diagnostic): void => {
    const diagnostic = maskDiagnostic(raw);
    for (const listener of this.#listeners) {
      try {
        listener(diagnostic);
      } catch (error) {
        // As EventTarget does: a listener's bug is the program's, not the connection's.
        process.nextTick(() => {
          throw error;
        });
      }
    }
    if (diagnosticChannel.hasSubscribers) diagnosticChannel.publish(diagnostic);
  };
}

/** Members of diagnostics that hold what came over the wire. */
const WIRE_MEMBERS = ["params", "value", "error"] as const;

function maskDiagnostic(diagnostic: Diagnostic): Diagnostic {
  const raw = diagnostic as { readonly [name in (typeof WIRE_MEMBERS)[number]]?: unknown };
  const masked = WIRE_MEMBERS.flatMap((name) => {
    const value = raw[name];
    // Errors are masked where they are made.
    if (value === undefined || value instanceof Error) return [];
    const shown = maskSecrets(value);
    return shown === value ? [] : [[name, shown]];
  });
  return masked.length === 0 ? diagnostic : { ...diagnostic, ...Object.fromEntries(masked) };
}
