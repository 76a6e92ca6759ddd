import type { ProtocolDescriptor, ValidatorSource } from "@stubwright/rpc";

/** The protocol as its schemas publish it: its methods and events, and the checks of their values. */
export interface CopilotProtocol {
  readonly protocol: ProtocolDescriptor;
  readonly validators: ValidatorSource;
}

/**
 * Loads the protocol. It is larger than all else of the client, and a program that imports the
 * client does not need it before a server starts; loading takes less time than that start.
 */
export async function loadProtocol(): Promise<CopilotProtocol> {
  const [{ protocol }, { validators }] = await Promise.all([
    import("@stubwright/copilot-protocol/descriptor"),
    import("@stubwright/copilot-protocol/validators"),
  ]);
  return { protocol, validators };
}
