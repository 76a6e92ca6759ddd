import { setImmediate } from "node:timers";
import type { Caller, CallOptions, Peer } from "@stubwright/rpc";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import { remaining, within } from "../deadline.js";

/**
 * Stands in front of a connection for as long as the app uses its stubs. When the connection is
 * lost, later calls wait for the one after it and go there. Calls that were under way end with the
 * loss, since they may have been carried out; those that only read can be sent once more.
 *
 * @param peer - The connection.
 * @param resent - The methods that are sent once more.
 * @param next - The connection that is there now, or is on its way by itself; undefined if none is.
 */
export function waitingCaller(
  peer: Peer,
  resent: ReadonlySet<string>,
  next: () => Promise<Caller> | undefined,
): Caller {
  let isLost = false;
  void peer.closed.then(() => {
    isLost = true;
  });

  async function requestNext<R>(
    began: number,
    method: string,
    params: unknown,
    options: CallOptions | undefined,
    decode?: (result: unknown) => R,
  ): Promise<R> {
    const left = () => remaining(options, performance.now() - began);
    const coming = next();
    // Without a next one the lost one says why.
    const caller = coming ? await within(coming, left(), method) : peer;
    return caller.request(method, params, left(), decode);
  }

  async function requestTwice<R>(
    method: string,
    params: unknown,
    options: CallOptions | undefined,
    decode?: (result: unknown) => R,
  ): Promise<R> {
    const began = performance.now();
    try {
      return await peer.request(method, params, options, decode);
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error;
    }
    // The loss is noticed by the owner of the connection in a later tick.
    await new Promise((resolve) => setImmediate(resolve));
    return requestNext(began, method, params, options, decode);
  }

  return {
    request: (method, params, options, decode) => {
      if (isLost) return requestNext(performance.now(), method, params, options, decode);
      return resent.has(method)
        ? requestTwice(method, params, options, decode)
        : peer.request(method, params, options, decode);
    },
    notify: async (method, params) => {
      const caller = isLost ? await next() : peer;
      return (caller ?? peer).notify(method, params);
    },
    checker: peer.checker,
  };
}
