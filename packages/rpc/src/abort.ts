interface Watch {
  readonly actions: Set<() => void>;
  readonly stop: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Runs a function when a signal is aborted. All of a signal share one listener: Node warns on the
 * console from the eleventh on, and a program may well give one signal to many calls.
 *
 * @returns A function that takes it back; the listener goes with the last one.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const { actions, stop } = watches.get(signal) ?? watch(signal);
  actions.add(act);
  return () => {
    if (actions.delete(act) && actions.size === 0) stop();
  };
}

function watch(signal: AbortSignal): Watch {
  const actions = new Set<() => void>();
  const listener = () => {
    stop();
    for (const act of actions) act();
  };
  const stop = () => {
    signal.removeEventListener("abort", listener);
    watches.delete(signal);
  };
  const made = { actions, stop };
  signal.addEventListener("abort", listener);
  watches.set(signal, made);
  return made;
}
