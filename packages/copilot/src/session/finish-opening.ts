import type { SessionRpc } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import type { SessionRequest } from "./session-request.js";

/**
 * Tells a server what it takes only once the session is there.
 *
 * @throws {@link CopilotError} `NOT_SUPPORTED` if the server cannot sign in to MCP servers by a client.
 */
export async function finishOpening(
  rpc: SessionRpc,
  { later, interests }: Pick<SessionRequest, "later" | "interests">,
  options?: CallOptions,
): Promise<void> {
  if (later) await rpc.options.update(later, options);
  for (const eventType of interests) {
    await rpc.eventLog.registerInterest({ eventType }, options).catch((cause: unknown) => {
      if (!(cause instanceof ResponseError) || cause.code !== METHOD_NOT_FOUND) throw cause;
      const message = `The server sends no ${eventType} events. Install a newer runtime, or leave the option for them out.`;
      throw new CopilotError("NOT_SUPPORTED", message, { cause });
    });
  }
}
