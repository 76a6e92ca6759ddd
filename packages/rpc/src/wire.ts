import { acpCancel, lspCancel, mcpCancel } from "./cancel.js";
import type { ClientOptions } from "./client-options.js";
import { CONTRACT, type ProtocolDescriptor } from "./descriptor.js";
import { RpcError } from "./errors.js";
import { contentLength } from "./framing/content-length.js";
import { ndjson } from "./framing/ndjson.js";
import { lspProgress, mcpProgress } from "./progress.js";

const FRAMINGS = { "content-length": contentLength, ndjson } as const;
const CANCEL = { acp: acpCancel, lsp: lspCancel, mcp: mcpCancel } as const;
const PROGRESS = { lsp: lspProgress, mcp: mcpProgress } as const;

/**
 * The options of a {@link Client} or {@link Peer} whose messages look as a protocol says:
 * `new Peer(transport, { ...wireOptions(protocol), validators })`.
 *
 * @throws {@link RpcError} with code `CONTRACT_MISMATCH` if the protocol's code was generated for
 * another version of this package.
 */
export function wireOptions(
  protocol: Pick<ProtocolDescriptor, "contract" | "name" | "wire">,
): Pick<ClientOptions, "framing" | "jsonrpcField" | "cancel" | "progress"> {
  checkContract(protocol.name, protocol.contract);
  const { framing, jsonrpcField, cancel, progress } = protocol.wire;
  return {
    framing: FRAMINGS[framing],
    jsonrpcField,
    ...(cancel && { cancel: CANCEL[cancel] }),
    ...(progress && { progress: PROGRESS[progress] }),
  };
}

function checkContract(name: string, contract: unknown): void {
  if (contract === CONTRACT) return;
  const newer = typeof contract === "number" && contract > CONTRACT;
  const remedy = newer
    ? "Install a newer @stubwright/rpc."
    : "Generate it again, with the stubwright of the same version as @stubwright/rpc.";
  throw new RpcError(
    "CONTRACT_MISMATCH",
    `The code of the protocol ${name} was generated for contract ${contract ?? 0} of ` +
      `@stubwright/rpc, and this one has contract ${CONTRACT}. ${remedy}`,
  );
}
