import type { Caller } from "@stubwright/rpc";
import type { SessionCore } from "./session-core.js";

/** Nobody wants a session to be resumed for these. */
const ENDS: ReadonlySet<string> = new Set(["session.destroy", "session.detach"]);

/**
 * Makes the app's typed calls about a session: like its other calls, they resume one that the server
 * has forgotten. What waits for a restart is the caller below.
 */
export function healingCaller(session: SessionCore, caller: Caller): Caller {
  return {
    request: (method, params, options, decode) => {
      if (ENDS.has(method)) return caller.request(method, params, options, decode);
      return session.calls.healed(options, (rest) => caller.request(method, params, rest, decode));
    },
    notify: (method, params) => caller.notify(method, params),
    ...(caller.checker && { checker: caller.checker }),
  };
}
