// A server made with our peer, over stdio or, with `--socket`, a port that it prints.
import { createServer } from "node:net";
import { lspCancel, Peer, streamTransport, type Transport } from "@stubwright/rpc";
import { serve } from "./protocol.js";

function start(transport: Transport): Peer {
  const peer = new Peer(transport, { cancel: lspCancel, role: "server" });
  serve({
    onRequest: (method, handler) =>
      peer.onRequest(method, (params, { signal }) =>
        handler(params, (act) => signal.addEventListener("abort", act)),
      ),
    onNotification: (method, handler) => peer.onNotification(method, handler),
    request: (method, params) => peer.request(method, params),
    notify: (method, params) => peer.notify(method, params),
  });
  return peer;
}

if (process.argv.includes("--socket")) {
  const server = createServer((socket) => void start(streamTransport(socket, socket)));
  server.listen(0, "127.0.0.1", () => {
    console.log(`listening on port ${(server.address() as { port: number }).port}`);
  });
  process.stdin.resume().on("end", () => process.exit(0));
} else {
  // Nothing is left to do when the parent has gone, so that the process ends by itself.
  await start(streamTransport(process.stdin, process.stdout)).closed;
}
