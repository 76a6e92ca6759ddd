import type { SessionRpc } from "@stubwright/copilot-protocol";
import { type CallOptions, METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc";
import { remaining } from "../deadline.js";
import type { SessionEnd } from "./session-state.js";

/** Asks a server to end a session for this client, or for all. Older ones know only the latter. */
export async function endOnServer(
  rpc: SessionRpc,
  how: SessionEnd,
  options: CallOptions,
): Promise<void> {
  if (how === "destroy") {
    await rpc.destroy(options);
    return;
  }
  const began = performance.now();
  await rpc.detach(options).catch((error: unknown) => {
    const unknown = error instanceof ResponseError && error.code === METHOD_NOT_FOUND;
    if (!unknown) throw error;
    return rpc.destroy(remaining(options, performance.now() - began));
  });
}
