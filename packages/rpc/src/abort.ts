interface Watch {
  readonly actions: Set<() => void>;
  readonly stop: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Calls a function when a signal aborts. All functions of a signal share one listener, since Node
 * prints a `MaxListenersExceededWarning` from the eleventh listener on, and a program may well pass
 * one signal to many calls. A signal that has aborted already never calls it: check `aborted`.
 *
 * @returns Removes the function; the listener is removed with the last one.
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
