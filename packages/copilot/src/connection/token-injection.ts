import type { Transport } from "@stubwright/rpc";

/** A transport that knows a secret, and what to send in its place. */
export interface TokenInjection {
  readonly transport: Transport;
  /** As long as the secret is on the wire; the transport puts the secret there. */
  readonly standIn: string;
}

/**
 * Keeps the secret of a connection out of its traces: the greeting carries a stand-in, and the
 * secret is put into the bytes as they are sent. Only the first greeting is changed.
 */
export function injectToken(transport: Transport, secret: string): TokenInjection {
  const written = JSON.stringify(secret);
  const standIn = "*".repeat(Buffer.byteLength(written) - 2);
  let sent = false;
  const write = (chunk: Uint8Array): boolean => {
    const at = sent ? -1 : asBuffer(chunk).indexOf(`"token":"${standIn}"`);
    if (at < 0) return transport.write(chunk);
    sent = true;
    const changed = Buffer.from(chunk);
    changed.write(`"token":${written}`, at);
    return transport.write(changed);
  };
  const open: Transport["open"] = (sink) => transport.open(sink);
  return { transport: { open, write, close: () => transport.close() }, standIn };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
