import type { CallOptions } from "./call-options.js";

/** A call whose reports are read by `for await`. */
export interface ReportedCall<R, V = unknown> extends AsyncIterable<V> {
  /** What the call itself gives. */
  readonly result: Promise<R>;
}

/**
 * Makes a call and reads what the other side tells of its progress:
 *
 * ```ts
 * const call = withProgress((options) => peer.request("tools/call", params, options));
 * for await (const progress of call) console.log(progress);
 * const result = await call.result;
 * ```
 *
 * Reports are kept from the beginning of the call until they are read. The loop ends with the call,
 * and throws what the call rejects with. A loop that is left early ends the reports, not the call:
 * for that, pass a `signal`.
 *
 * @typeParam V - What the protocol's reports are: not checked.
 * @param call - Gets the options that ask for the reports; others can be added to them.
 */
export function withProgress<R, V = unknown>(
  call: (options: CallOptions) => Promise<R>,
): ReportedCall<R, V> {
  return report((onProgress) => call({ onProgress }));
}

/** Makes a call and reads the parts of its result that are sent ahead; as {@link withProgress}. */
export function withPartialResults<R, V = unknown>(
  call: (options: CallOptions) => Promise<R>,
): ReportedCall<R, V> {
  return report((onPartialResult) => call({ onPartialResult }));
}

function report<R, V>(
  start: (listener: (value: unknown) => void) => Promise<R>,
): ReportedCall<R, V> {
  const reports: V[] = [];
  let settled = false;
  let left = false;
  let wake = () => {};
  const result = start((value) => {
    if (!left) reports.push(value as V);
    wake();
  });
  const settle = () => {
    settled = true;
    wake();
  };
  // The loop throws what the call rejects with: who reads it need not look at `result` as well.
  result.then(settle, settle);
  return {
    result,
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          while (reports.length > 0) yield reports.shift() as V;
          if (settled) break;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        await result;
      } finally {
        left = true;
        reports.length = 0;
      }
    },
  };
}
