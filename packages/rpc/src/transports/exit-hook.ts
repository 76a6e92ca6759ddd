const ends = new Set<() => void>();

/** Signals that end a process unless it listens, without an `exit` event. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function endAll(): void {
  for (const end of ends) end();
}

function onSignal(signal: NodeJS.Signals): void {
  // A program that listens itself decides itself whether it ends.
  if (process.listenerCount(signal) > 1) return;
  endAll();
  unlisten();
  // Without a listener the signal does what it would have done.
  process.kill(process.pid, signal);
}

function listen(): void {
  process.on("exit", endAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off("exit", endAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/**
 * Runs a function when this process exits or a signal ends it, unless removed before. All of them
 * share one listener, so that many transports do not look like a leak.
 *
 * @returns A function that removes it.
 */
export function onProcessExit(end: () => void): () => void {
  if (ends.size === 0) listen();
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) unlisten();
  };
}
