import { ProcessExitError, type Transport } from "@stubwright/rpc";

/** Stands where a secret was. */
const MASK = "***";

/**
 * Masks secrets in what a process wrote before it ended: a runtime may print its environment.
 *
 * @param secrets - What must not be shown; undefined ones are left out.
 */
export function redactTransport(
  transport: Transport,
  secrets: readonly (string | undefined)[],
): Transport {
  const known = secrets.filter((secret): secret is string => secret !== undefined);
  if (known.length === 0) return transport;
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => sink.data(chunk),
        drain: () => sink.drain(),
        close: (cause) => sink.close(redactExit(cause, known)),
      }),
    write: (chunk) => transport.write(chunk),
    close: () => transport.close(),
  };
}

/** The same error, its stderr without secrets. */
export function redactExit<E>(error: E, secrets: readonly string[]): E | ProcessExitError {
  if (!(error instanceof ProcessExitError)) return error;
  let tail = error.stderrTail;
  for (const secret of secrets) tail = tail.replaceAll(secret, MASK);
  return new ProcessExitError(error.exitCode, error.signal, tail);
}
