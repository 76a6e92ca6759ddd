import { expect, it } from "vitest";
import { contentLength, encodeFrame, memoryTransportPair, Peer, RpcError } from "../src/index.js";
import { settle } from "./pair.js";
import { seededRandom } from "./random.js";

const samples = [
  '{"jsonrpc":"2.0","id":1,"result":{"a":[1,2,{"b":null}]}}',
  '{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no"}}',
  '{"jsonrpc":"2.0","method":"n","params":{"text":"é😀","__proto__":{"x":1}}}',
  '{"jsonrpc":"2.0","id":"s","method":"r","params":[1]}',
  `${"[".repeat(3000)}${"]".repeat(3000)}`,
].map((body) => encodeFrame(contentLength, body));

function mutate(frame: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(frame);
  const kind = random();
  const at = Math.floor(random() * bytes.length);
  if (kind < 0.3) return bytes;
  if (kind < 0.8) {
    // Below 20 the header is hit, which ends the connection; most mutations should not.
    const place = random() < 0.02 ? at : Math.min(bytes.length - 1, 22 + at);
    bytes[place] = Math.floor(random() * 256);
    return bytes;
  }
  if (kind < 0.99) return Buffer.concat([bytes, samples[at % samples.length]!]);
  return bytes.subarray(0, at);
}

it("survives mutated frames: every refusal is typed, every call settles", async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  const random = seededRandom(seed);
  let connections = 0;
  for (let frames = 0; frames < 20_000; connections++) {
    const [left, right] = memoryTransportPair();
    const peer = new Peer(left);
    peer.onRequest("r", (params) => params);
    const errors: unknown[] = [];
    peer.onDiagnostic((diagnostic) => {
      if (diagnostic.kind === "badMessage") errors.push(diagnostic.error);
    });
    right.open({ data: () => {}, drain: () => {}, close: () => {} });
    const calls = Promise.allSettled([peer.request("a"), peer.request("b")]);
    for (let burst = 0; burst < 200; burst++, frames++)
      right.write(mutate(samples[burst % 5]!, random));
    await settle();
    void right.close();
    const closed = await peer.closed;
    const rejected = (await calls).flatMap((call) =>
      call.status === "rejected" ? [call.reason] : [],
    );
    for (const error of [closed, ...errors, ...rejected]) {
      expect(error, `SEED=${seed} connection ${connections}`).toBeInstanceOf(RpcError);
    }
    expect(peer.calls.pending).toBe(0);
  }
  expect(connections).toBe(100);
});
