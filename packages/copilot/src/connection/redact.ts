import type { Transport } from "@stubwright/rpc";
import { isSecretName, MASK, maskText, ProcessExitError } from "@stubwright/rpc/internal";
import type { Variables } from "./runtime-environment.js";

/** A shorter value, such as `1` or `true`, is no secret, and would be masked inside of words. */
const SHORTEST_SECRET = 6;

/** How much of the end of a runtime's stderr is kept, in bytes. */
export const STDERR_TAIL_BYTES: number = 16 * 1024;

/** The values in an environment that must not be shown. */
function secretsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value = ""]) =>
    value.length >= SHORTEST_SECRET && isSecretName(name) ? [value] : [],
  );
}

/**
 * Masks secrets in what a process wrote before it ended: a runtime may print its environment.
 *
 * @param variables - Its environment.
 */
export function redactTransport(transport: Transport, variables: Variables): Transport {
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => sink.data(chunk),
        drain: () => sink.drain(),
        ...(sink.end && { end: (cause) => sink.end?.(cause) }),
        close: (cause) => sink.close(redactExit(cause, variables)),
      }),
    write: (chunk) => transport.write(chunk),
    close: () => transport.close(),
  };
}

/** The same error, its stderr without secrets, as they are and as JSON writes them. */
export function redactExit<E>(error: E, variables: Variables): E | ProcessExitError {
  if (!(error instanceof ProcessExitError)) return error;
  const secrets = secretsOf(variables);
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  // One may be part of another, of which nothing must be left.
  forms.sort((a, b) => b.length - a.length);
  let tail = error.stderrTail;
  if (Buffer.byteLength(tail) >= STDERR_TAIL_BYTES) tail = maskBeginning(tail, forms);
  for (const form of forms) tail = tail.replaceAll(form, MASK);
  tail = maskText(tail);
  return new ProcessExitError(error.exitCode, error.signal, tail);
}

/** Masks what a text that was cut begins with, if that is the end of a secret. */
function maskBeginning(text: string, forms: readonly string[]): string {
  // A character that was cut in the middle is none.
  const whole = text.replace(/^\ufffd+/, "");
  const ends = forms.flatMap((form) =>
    Array.from({ length: form.length }, (_, at) => form.slice(at)),
  );
  const lengths = ends.filter((end) => whole.startsWith(end)).map(({ length }) => length);
  return lengths.length === 0 ? text : MASK + whole.slice(Math.max(...lengths));
}
