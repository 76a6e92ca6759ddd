import { contentLength, type Framing, type Transport } from "@stubwright/rpc";
import { tap } from "../tap.js";
import { maskSecrets } from "./mask.js";
import type { RecordedMessage, WireMessage } from "./recording.js";

/** How traffic is recorded. */
export interface RecordOptions {
  /** Takes one line, without its end: to a file, or a list. */
  readonly write: (line: string) => void;
  /** Texts that must not be in the recording, wherever they occur. */
  readonly secrets?: readonly string[];
  /** How messages are told apart. Default: `contentLength`. */
  readonly framing?: Framing;
}

/**
 * Writes down all messages of a connection as JSON Lines, its secrets masked. The traffic itself is
 * left as it is; what is no message is not recorded.
 */
export function recordTransport(transport: Transport, options: RecordOptions): Transport {
  const { write, secrets = [], framing = contentLength } = options;
  const began = performance.now();
  const record = (direction: RecordedMessage["direction"]) =>
    tap(framing, (message) => {
      const atMs = Math.round(performance.now() - began);
      const masked = maskSecrets(message, secrets) as WireMessage;
      write(JSON.stringify({ direction, atMs, message: masked } satisfies RecordedMessage));
    });
  const incoming = record("in");
  const outgoing = record("out");
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => {
          // The receiver keeps the chunk, and so does the tap: neither changes it.
          incoming(chunk);
          sink.data(chunk);
        },
        drain: () => sink.drain(),
        close: (cause) => sink.close(cause),
      }),
    write: (chunk) => {
      outgoing(chunk);
      return transport.write(chunk);
    },
    close: () => transport.close(),
  };
}
