import type { WireDescriptor } from "./descriptor.js";
import { contentLength } from "./framing/content-length.js";
import { ndjson } from "./framing/ndjson.js";
import type { PeerOptions } from "./peer-options.js";

const FRAMINGS = { "content-length": contentLength, ndjson } as const;

/**
 * The options of a {@link Peer} whose messages look as a protocol says:
 * `new Peer(transport, { ...wireOptions(protocol.wire), validators })`.
 */
export function wireOptions({
  framing,
  jsonrpcField,
}: WireDescriptor): Required<Pick<PeerOptions, "framing" | "jsonrpcField">> {
  return { framing: FRAMINGS[framing], jsonrpcField };
}
