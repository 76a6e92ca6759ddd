import { contentLength, encodeFrame, type Transport } from "@stubwright/rpc";
import { tap } from "../tap.js";

/** Makes the server's end of a transport send the answers of some methods twice. */
export function doubleAnswers(transport: Transport, methods: readonly string[]): Transport {
  if (methods.length === 0) return transport;
  const doubled = new Set<unknown>();
  const incoming = tap(contentLength, ({ id, method }) => {
    if (methods.includes(method as string)) doubled.add(id);
  });
  const outgoing = tap(contentLength, ({ id, method }, body) => {
    if (method !== undefined || !doubled.delete(id)) return;
    transport.write(encodeFrame(contentLength, body.toString("utf8")));
  });
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => {
          incoming(chunk);
          sink.data(chunk);
        },
        drain: () => sink.drain(),
        close: (cause) => sink.close(cause),
      }),
    write: (chunk) => {
      const more = transport.write(chunk);
      outgoing(chunk);
      return more;
    },
    close: () => transport.close(),
  };
}
