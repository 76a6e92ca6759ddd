/**
 * What `@stubwright/copilot` needs of the runtime besides the public entry. It may change in any
 * version.
 *
 * @module @stubwright/rpc/internal
 */
import { ACCEPT, type Peer } from "./peer.js";

export { onAbort } from "./abort.js";

/**
 * Looks at the bytes of each incoming message of a peer before they are parsed; false drops it
 * unread. It must let answers and requests through.
 */
export function filterMessages(peer: Peer, accept: (body: Buffer) => boolean): void {
  peer[ACCEPT](accept);
}
