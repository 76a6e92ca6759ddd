import { RpcError } from "@stubwright/rpc/internal";

/** How many items `parallel` and `pipeline` take. */
export const MAX_ITEMS = 4096;

/** A stage of a pipeline. */
type Stage = (previous: unknown, item: unknown, index: number) => unknown;

/** Runs functions at the same time; one that throws gives null, unless the run itself is in trouble. */
export async function parallel<R>(
  thunks: readonly (() => R | Promise<R>)[],
  signal: AbortSignal,
): Promise<(R | null)[]> {
  checkItems("parallel", thunks);
  if (thunks.some((thunk) => typeof thunk !== "function")) {
    throw new TypeError(
      "parallel() expects an array of functions, not promises. Wrap each call: () => agent(...)",
    );
  }
  return Promise.all(thunks.map((thunk) => orNull(thunk, signal)));
}

/** Takes each item through all stages, and waits between stages for nothing but its own. */
export async function pipeline(
  items: readonly unknown[],
  stages: readonly Stage[],
  signal: AbortSignal,
): Promise<unknown[]> {
  checkItems("pipeline", items);
  if (stages.some((stage) => typeof stage !== "function")) {
    throw new TypeError("pipeline() expects functions as its stages");
  }
  const through = async (item: unknown, index: number) => {
    let value = item;
    for (const stage of stages) value = await stage(value, item, index);
    return value;
  };
  return Promise.all(items.map((item, index) => orNull(() => through(item, index), signal)));
}

function checkItems(name: string, items: unknown): void {
  if (!Array.isArray(items)) throw new TypeError(`${name}() expects an array`);
  if (items.length <= MAX_ITEMS) return;
  throw new RangeError(`${name}() accepts at most ${MAX_ITEMS} items; got ${items.length}.`);
}

async function orNull<R>(work: () => R | Promise<R>, signal: AbortSignal): Promise<R | null> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    if (isHard(error, signal)) throw error;
    return null;
  }
}

/** Whether an error means that the run is over, and not that one item failed. */
function isHard(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted || error instanceof RpcError) return true;
  return error instanceof Error && error.name === "AbortError";
}
