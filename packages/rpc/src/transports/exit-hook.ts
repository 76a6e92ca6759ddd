import { constants } from "node:os";

/**
 * Begins to end something while this process exits: no event comes any more. What it gives does
 * the next step at each call, and tells whether to call it again. Neither may throw.
 */
export type EndNow = () => () => boolean;

const ends = new Set<EndNow>();

/** The time between two looks at what runs, in milliseconds. */
const LOOK_MS = 10;

/** Signals that end a process unless it listens, without an `exit` event. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** On our listener, so that a second copy of this package knows it. */
const YIELDS = Symbol.for("stubwright.exit-hook");

/**
 * Ends all, and waits: our exit ends their stdin, which makes some give up what they are saving, and
 * with the first process of a container the system kills all others. It does not turn the loop,
 * which would let the program go on as if nothing were.
 */
function endAll(): void {
  let running = [...ends].map((end) => end()).filter((step) => step());
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (running.length > 0) {
    Atomics.wait(never, 0, 0, LOOK_MS);
    running = running.filter((step) => step());
  }
}

function onSignal(signal: NodeJS.Signals): void {
  // A program that listens itself decides itself whether it ends.
  if (process.listenerCount(signal) > countYielding(signal)) return;
  endAll();
  unlisten();
  // Without a listener the signal does what it would have done.
  process.kill(process.pid, signal);
  // To the first process of a container it does nothing, as a signal to oneself without a listener.
  setImmediate(() => process.exit(128 + constants.signals[signal]));
}

/**
 * How many listeners, as ours does, end the process only if no other listens; they must not wait
 * for each other. npm `signal-exit`, which many tools bring along, counts its own.
 */
function countYielding(signal: NodeJS.Signals): number {
  const ours = process.listeners(signal).filter((listener) => YIELDS in listener).length;
  const emitter = Reflect.get(globalThis, Symbol.for("signal-exit emitter"));
  const olderEmitter = Reflect.get(process, "__signal_exit_emitter__");
  return ours + (emitter?.count ?? 0) + (olderEmitter?.count ?? 0);
}

function listen(): void {
  process.on("exit", endAll);
  Object.assign(onSignal, { [YIELDS]: true });
  // First, so that a listener of the program that is called only once is still there to be seen.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
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
export function onProcessExit(end: EndNow): () => void {
  if (ends.size === 0) listen();
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) unlisten();
  };
}
