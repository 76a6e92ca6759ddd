import { type Caller, type CallOptions, ConnectionClosedError } from "@stubwright/rpc";
import { remaining, within } from "../deadline.js";

/**
 * Stands in front of a connection and sends calls that only read once more, on the next one, when a
 * loss took the answer. All other calls end with the loss, since they may have been carried out.
 *
 * @param caller - The connection.
 * @param readOnly - The methods that only read.
 * @param next - Waits for the next connection.
 */
export function retryingCaller(
  caller: Caller,
  readOnly: ReadonlySet<string>,
  next: () => Promise<Caller>,
): Caller {
  async function request<R>(
    method: string,
    params?: unknown,
    options?: CallOptions,
    decode?: (result: unknown) => R,
  ): Promise<R> {
    const began = performance.now();
    try {
      return await caller.request(method, params, options, decode);
    } catch (error) {
      if (!(error instanceof ConnectionClosedError) || !readOnly.has(method)) throw error;
    }
    // The loss is noticed by those who keep the connection in a later tick.
    await new Promise(setImmediate);
    const left = () => remaining(options, performance.now() - began);
    const again = await within(next(), left(), method);
    return again.request(method, params, left(), decode);
  }
  return {
    request,
    notify: (method, params) => caller.notify(method, params),
    ...(caller.checker && { checker: caller.checker }),
  };
}
