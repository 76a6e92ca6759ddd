import { contentLength, type Framing, ndjson, type Transport } from "@stubwright/rpc";
import type { WireMessage } from "./frame-reader.js";
import type { Protocol } from "./protocols.js";

/** Told of each message of a connection, and of the size of its body in bytes. */
export type TapListener = (message: WireMessage, direction: "in" | "out", bytes: number) => void;

/** No message of a server is too large to be looked at. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;

/** The same transport, with a listener for what goes over it. What is no message is passed over. */
export function tapTransport(
  transport: Transport,
  { descriptor }: Protocol,
  listener: TapListener,
): Transport {
  const framing = descriptor.wire.framing === "ndjson" ? ndjson : contentLength;
  const incoming = reader(framing, (message, bytes) => listener(message, "in", bytes));
  const outgoing = reader(framing, (message, bytes) => listener(message, "out", bytes));
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => {
          incoming(chunk);
          sink.data(chunk);
        },
        drain: () => sink.drain(),
        close: (cause) => sink.close(cause),
        ...(sink.end && { end: (cause: Error) => sink.end?.(cause) }),
      }),
    write: (chunk) => {
      outgoing(chunk);
      return transport.write(chunk);
    },
    close: () => transport.close(),
  };
}

function reader(framing: Framing, take: (message: WireMessage, bytes: number) => void) {
  let broken = false;
  const decoder = framing.createDecoder(
    (body) => {
      try {
        const value: unknown = JSON.parse(body.toString("utf8"));
        if (typeof value === "object" && value !== null) take(value as WireMessage, body.length);
      } catch (error) {
        // The peer says what it thinks of bytes that are no message.
        if (!(error instanceof SyntaxError)) throw error;
      }
    },
    { maxFrameBytes: MAX_FRAME_BYTES },
  );
  return (chunk: Uint8Array) => {
    if (broken) return;
    try {
      decoder.push(chunk);
    } catch {
      // Where the framing breaks, the peer closes the connection and says why.
      broken = true;
    }
  };
}
