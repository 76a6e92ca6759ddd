import { isDeepStrictEqual } from "node:util";
import {
  contentLength,
  encodeFrame,
  type Framing,
  RpcError,
  type Transport,
  type TransportSink,
} from "@stubwright/rpc";
import { maskSecrets } from "./mask.js";
import type { RecordedMessage, WireMessage } from "./recording.js";

/** How a recording is replayed. */
export interface ReplayOptions {
  /** The secrets that were masked in it. */
  readonly secrets?: readonly string[];
  /** Whether the params of a call are those of the recorded one. Default: they are equal. */
  readonly same?: (recorded: unknown, sent: unknown) => boolean;
  /** How messages are told apart. Default: `contentLength`. */
  readonly framing?: Framing;
}

/** A transport behind which a recording answers. */
export interface ReplayTransport extends Transport {
  /** Recorded messages of the client that were not sent yet. */
  readonly unsent: readonly WireMessage[];
}

/**
 * Plays the server's side of a recording. What the server had sent comes once the client has sent
 * all that was recorded before it; calls may come in another order than the recorded one. A message
 * that is not in the recording breaks the connection, with an error that shows it.
 */
export function replayTransport(
  recording: readonly RecordedMessage[],
  options: ReplayOptions = {},
): ReplayTransport {
  const { secrets = [], same = isDeepStrictEqual, framing = contentLength } = options;
  const left = [...recording];
  const ids = new Map<unknown, unknown>();
  let sink: TransportSink | undefined;
  let over = false;
  let scheduled = false;

  const play = () => {
    scheduled = false;
    while (!over && left[0]?.direction === "in") {
      const { message } = left.shift() as RecordedMessage;
      const answers = message.method === undefined && ids.has(message.id);
      const text = JSON.stringify(answers ? { ...message, id: ids.get(message.id) } : message);
      sink?.data(encodeFrame(framing, text));
    }
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(play);
  };
  const decoder = framing.createDecoder((body) => {
    const sent = JSON.parse(body.toString("utf8")) as WireMessage;
    const masked = maskSecrets(sent, secrets) as WireMessage;
    const index = left.findIndex(
      ({ direction, message }) => direction === "out" && matches(message, masked, same),
    );
    const found = left[index];
    if (!found) return fail(masked);
    left.splice(index, 1);
    if (sent.method !== undefined) ids.set(found.message.id, sent.id);
    schedule();
  });
  const fail = (sent: WireMessage) => {
    if (over) return;
    over = true;
    const shown = JSON.stringify(sent).slice(0, 500);
    sink?.close(new RpcError("TRANSPORT_FAILED", `This is not in the recording: ${shown}`));
  };
  return {
    get unsent() {
      return left.flatMap(({ direction, message }) => (direction === "out" ? [message] : []));
    },
    open: (given) => {
      sink = given;
      schedule();
    },
    write: (chunk) => {
      if (!over) decoder.push(chunk);
      return true;
    },
    close: async () => {
      if (over) return;
      over = true;
      sink?.close();
    },
  };
}

function matches(
  recorded: WireMessage,
  sent: WireMessage,
  same: (recorded: unknown, sent: unknown) => boolean,
): boolean {
  if (recorded.method !== sent.method) return false;
  if (sent.method !== undefined) return same(recorded.params, sent.params);
  // An answer to a request of the server, whose ids are those of the recording.
  return recorded.id === sent.id;
}
