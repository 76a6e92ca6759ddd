/** Errors whose stacks lead to a caller. */
const told = new WeakSet<Error>();

/**
 * Adds the lines of the app's call to the stack of an error that comes out of it. An error that was made
 * when an answer, an event or a timer came knows nothing of them.
 *
 * @param entry - The method that the app calls: its own frame and those below stay out.
 */
export function fromCaller<R>(result: Promise<R>, entry: (...args: never) => unknown): Promise<R> {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, entry);
  return result.catch((error: unknown) => {
    if (error instanceof Error && !told.has(error)) {
      told.add(error);
      const lines = site.stack?.split("\n").slice(1) ?? [];
      const { stack = `${error.name}: ${error.message}` } = error;
      if (lines[0] && !stack.includes(lines[0])) error.stack = [stack, ...lines].join("\n");
    }
    throw error;
  });
}
