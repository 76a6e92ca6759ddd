import { constants } from "node:buffer";
import { FrameError, type Framing } from "@stubwright/rpc";

/** A message as far as those look at it who listen in on a connection. */
export interface TappedMessage {
  readonly id?: unknown;
  readonly method?: unknown;
}

/**
 * Reads the messages of a byte stream beside the one that they are for. It fails for nothing that is
 * on the stream: what is no message is passed over, and where the framing breaks it has seen all.
 *
 * @param onMessage - Gets each message, and the bytes of its body.
 * @returns Takes the next bytes. They must not change afterwards.
 */
export function tap(
  framing: Framing,
  onMessage: (message: TappedMessage, body: Buffer) => void,
): (chunk: Uint8Array) => void {
  let broken = false;
  const decoder = framing.createDecoder(
    (body) => {
      const message = parse(body);
      if (message) onMessage(message, body);
    },
    // How much is too much is for the receiver to say.
    { maxFrameBytes: constants.MAX_STRING_LENGTH },
  );
  return (chunk) => {
    if (broken) return;
    try {
      decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      broken = true;
    }
  };
}

function parse(body: Buffer): TappedMessage | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined; // The receiver says what it thinks of it.
  }
}
