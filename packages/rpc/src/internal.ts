/**
 * What this project's other packages need of the runtime besides the public entry, or before they
 * need that: it holds a quarter of the code. It may change in any version.
 *
 * @module @stubwright/rpc/internal
 */
import type { Client } from "./client.js";

export { onAbort } from "./abort.js";
export * from "./codes.js";
export * from "./errors.js";
export { didYouMean, nearest } from "./nearest.js";
export { isSecretName, MASK, maskSecrets, maskText } from "./secrets.js";
export { traceRun } from "./tracing.js";

/**
 * Looks at the bytes of each incoming message of a client before they are parsed; false drops it
 * unread. It must let answers and requests through.
 */
export function filterMessages(client: Client, accept: (body: Buffer) => boolean): void {
  client["~accept"](accept);
}
