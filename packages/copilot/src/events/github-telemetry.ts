import type { GitHubTelemetryNotification } from "@stubwright/copilot-protocol";
import { type Peer, type ProtocolDescriptor, registerHandlers } from "@stubwright/rpc";
import type { GitHubTelemetryHandler } from "../options/github-telemetry-handler.js";

const METHOD = "gitHubTelemetry.event";

/** Hands the telemetry of a server to the app; a handler that fails is reported and disturbs nothing. */
export function receiveTelemetry(
  peer: Peer,
  { methods }: ProtocolDescriptor,
  handler: GitHubTelemetryHandler,
  onError: (source: string, error: unknown) => void,
): void {
  const event = async (notification: GitHubTelemetryNotification) => {
    try {
      await handler(notification);
    } catch (error) {
      onError("onGitHubTelemetry", error);
    }
  };
  const own = methods.filter(({ method }) => method === METHOD);
  registerHandlers(peer, own, "clientGlobal", () => ({ gitHubTelemetry: { event } }));
}
