const ends = new Set<() => void>();

function endAll(): void {
  for (const end of ends) end();
}

/**
 * Runs a function when this process exits, unless removed before. All of them share one listener,
 * so that many transports do not look like a leak.
 *
 * @returns A function that removes it.
 */
export function onProcessExit(end: () => void): () => void {
  if (ends.size === 0) process.on("exit", endAll);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) process.off("exit", endAll);
  };
}
