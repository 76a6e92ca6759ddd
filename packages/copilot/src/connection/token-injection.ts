import type { Transport } from "@stubwright/rpc";

/** A transport that injects a token, and the placeholder for it. */
export interface TokenInjection {
  readonly transport: Transport;
  /** The placeholder; as long as the token is on the wire. */
  readonly placeholder: string;
}

/**
 * Keeps the token of a connection out of its traces: the handshake carries a placeholder, and the
 * token replaces it in the bytes that are sent. Only the first handshake is changed.
 */
export function injectToken(transport: Transport, secret: string): TokenInjection {
  const written = JSON.stringify(secret);
  const placeholder = "*".repeat(Buffer.byteLength(written) - 2);
  let sent = false;
  const write = (chunk: Uint8Array): boolean => {
    const at = sent ? -1 : asBuffer(chunk).indexOf(`"token":"${placeholder}"`);
    if (at < 0) return transport.write(chunk);
    sent = true;
    const changed = Buffer.from(chunk);
    changed.write(`"token":${written}`, at);
    return transport.write(changed);
  };
  const open: Transport["open"] = (sink) => transport.open(sink);
  return { transport: { open, write, close: () => transport.close() }, placeholder };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
