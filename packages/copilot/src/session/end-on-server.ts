import type { SessionRpc, SessionToolDefinition } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { remaining } from "../deadline.js";
import type { SessionEnd } from "./session-state.js";

/** How long putting tools back may take, in milliseconds. */
const PUT_BACK_MS = 5_000;

/**
 * Asks a server to end a session for this client, or for all. Older ones know only the latter.
 *
 * @param tools - The tools that the server must be told to drop, since it keeps those of clients that
 * disconnect; they are put back if it refuses the rest.
 */
export async function endOnServer(
  rpc: SessionRpc,
  how: SessionEnd,
  options: CallOptions,
  tools: readonly SessionToolDefinition[] = [],
): Promise<void> {
  if (how === "destroy") {
    await rpc.destroy(options);
    return;
  }
  const began = performance.now();
  const rest = () => remaining(options, performance.now() - began);
  const dropped = tools.length > 0 && (await dropTools(rpc, options));
  try {
    await rpc.detach(rest()).catch((error: unknown) => {
      const unknown = error instanceof ResponseError && error.code === METHOD_NOT_FOUND;
      if (!unknown) throw error;
      return rpc.destroy(rest());
    });
  } catch (error) {
    const own = tools.map((tool) => ({ description: "", ...tool }));
    // The first error counts.
    if (dropped) await rpc.tools.set({ tools: own }, { timeoutMs: PUT_BACK_MS }).catch(() => {});
    throw error;
  }
}

/** What a server does not know, or refuses, is no reason to stay. @returns Whether it dropped them. */
async function dropTools(rpc: SessionRpc, options: CallOptions): Promise<boolean> {
  try {
    await rpc.tools.set({ tools: [] }, options);
    return true;
  } catch (error) {
    if (error instanceof ResponseError) return false;
    throw error;
  }
}
