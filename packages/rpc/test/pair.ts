import {
  type Client,
  type Diagnostic,
  memoryTransportPair,
  Peer,
  type PeerOptions,
  type Transport,
} from "../src/index.js";

/** Two peers that talk to each other, and what they report. */
export interface PeerPair {
  readonly client: Peer;
  readonly server: Peer;
  readonly clientSaw: Diagnostic[];
  readonly serverSaw: Diagnostic[];
}

export function peerPair(options: PeerOptions = {}, highWaterMark?: number): PeerPair {
  const [left, right] = memoryTransportPair(highWaterMark ? { highWaterMark } : {});
  const client = new Peer(left, options);
  const { framing, jsonrpcField, validators, cancel, progress } = options;
  const server = new Peer(right, { framing, jsonrpcField, validators, cancel, progress });
  return { client, server, clientSaw: collect(client), serverSaw: collect(server) };
}

export function collect(peer: Client): Diagnostic[] {
  const seen: Diagnostic[] = [];
  peer.onDiagnostic((diagnostic) => seen.push(diagnostic));
  return seen;
}

/** The only one of the params by position. */
export function first(params: unknown): unknown {
  return (params as readonly unknown[])[0];
}

/** A peer whose other end is the test: raw text in, raw text out. */
export function rawPeer(options: PeerOptions = {}) {
  const [left, right] = memoryTransportPair();
  const peer = new Peer(left, options);
  let received = "";
  let farClosed = false;
  right.open({
    data: (chunk) => {
      received += Buffer.from(chunk).toString("utf8");
    },
    drain: () => {},
    close: () => {
      farClosed = true;
    },
  });
  return {
    peer,
    saw: collect(peer),
    send: (body: string | Buffer) => sendRaw(right, body),
    /** The messages that the peer sent so far. */
    sent: (): unknown[] =>
      received
        .split(/Content-Length: \d+\r\n\r\n/)
        .slice(1)
        .map((text) => JSON.parse(text)),
    sentText: () => received,
    farClosed: () => farClosed,
    right,
  };
}

function sendRaw(transport: Transport, body: string | Buffer): void {
  const bytes = Buffer.from(body as string);
  transport.write(Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]));
}

/** Waits until all that was sent over memory transports has arrived and been acted on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
