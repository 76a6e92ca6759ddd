// A server made with vscode-jsonrpc, over stdio or, with `--socket`, a port that it prints.
import { createServer } from "node:net";
import { serve } from "./protocol.js";
import { connectVscode, type MessageConnection } from "./vscode.js";

function start(connection: MessageConnection): void {
  serve({
    onRequest: (method, handler) =>
      connection.onRequest(method, (params: unknown, token) =>
        handler(params, (act) => token.onCancellationRequested(act)),
      ),
    onNotification: (method, handler) =>
      connection.onNotification(method, (params: unknown) => handler(params)),
    request: (method, params) => connection.sendRequest(method, params),
    notify: (method, params) => connection.sendNotification(method, params),
  });
  connection.listen();
}

if (process.argv.includes("--socket")) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    start(connectVscode(socket, socket));
  });
  server.listen(0, "127.0.0.1", () => {
    console.log(`listening on port ${(server.address() as { port: number }).port}`);
  });
  process.stdin.resume().on("end", () => process.exit(0));
} else {
  start(connectVscode(process.stdin, process.stdout));
  process.stdin.on("end", () => process.exit(0));
}
