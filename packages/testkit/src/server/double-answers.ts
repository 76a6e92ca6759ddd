import { contentLength, encodeFrame, type Transport } from "@stubwright/rpc";

/** Makes the server's end of a transport send the answers of some methods twice. */
export function doubleAnswers(transport: Transport, methods: readonly string[]): Transport {
  if (methods.length === 0) return transport;
  const doubled = new Set<unknown>();
  const incoming = contentLength.createDecoder((body) => {
    const { id, method } = parse(body);
    if (methods.includes(method as string)) doubled.add(id);
  });
  const outgoing = contentLength.createDecoder((body) => {
    const { id, method } = parse(body);
    if (method === undefined && doubled.delete(id))
      transport.write(encodeFrame(contentLength, body.toString("utf8")));
  });
  return {
    open: (sink) =>
      transport.open({
        data: (chunk) => {
          incoming.push(chunk);
          sink.data(chunk);
        },
        drain: () => sink.drain(),
        close: (cause) => sink.close(cause),
      }),
    write: (chunk) => {
      const more = transport.write(chunk);
      outgoing.push(chunk);
      return more;
    },
    close: () => transport.close(),
  };
}

function parse(body: Buffer): { readonly id?: unknown; readonly method?: unknown } {
  return JSON.parse(body.toString("utf8")) as { id?: unknown; method?: unknown };
}
