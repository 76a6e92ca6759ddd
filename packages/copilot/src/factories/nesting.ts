import { AsyncLocalStorage } from "node:async_hooks";

const running = new AsyncLocalStorage<string>();

/** Runs the body of a factory; what it calls, and what that calls, is inside of the run. */
export function insideRun<R>(runId: string, body: () => R): R {
  return running.run(runId, body);
}

/** @throws Error when the caller is inside of a run, where no other can be started. */
export function refuseNesting(what: string): void {
  const runId = running.getStore();
  if (runId === undefined) return;
  throw new Error(
    `session.factory.${what}() is not allowed in the body of a factory (run ${runId}): nested factories are not supported.`,
  );
}
