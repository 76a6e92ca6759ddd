import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { JSONRPCServer } from "json-rpc-2.0";
import { type WebSocket, WebSocketServer } from "ws";
import { Inspection } from "../inspection.js";
import { InspectorError } from "../inspector-error.js";
import type { InspectorNotifications } from "../protocol.js";
import { toRecording, toTest } from "../recording.js";
import type { Target } from "../targets/target.js";
import { send, sendFile } from "./files.js";
import { Guard } from "./guard.js";
import { type CompareVersions, requestHandlers } from "./requests.js";

/** Settings of {@link startInspector}. */
export interface InspectorOptions {
  readonly target: Target;
  /** The port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Compares two versions of the protocol for the page. */
  readonly compare?: CompareVersions;
  /**
   * How long the inspector waits for a page once the last one is gone, in milliseconds, before it
   * ends. Default 3,000, for a reload.
   */
  readonly lingerMs?: number;
}

/** An inspector that runs. */
export interface Inspector extends AsyncDisposable {
  /** Its address, with the token that lets in. */
  readonly url: string;
  readonly inspection: Inspection;
  /** Settles when it has ended: by {@link close}, or with its last page. */
  readonly ended: Promise<void>;
  /** Ends it: the page, the connection, and the server that was started for it. */
  close(): Promise<void>;
}

/** No message of the page is larger: a recording that is opened, at most. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * Starts an inspector on loopback and connects it to its target. A connection that fails is told on
 * the page.
 */
export async function startInspector(options: InspectorOptions): Promise<Inspector> {
  const { target, port = 0, compare, lingerMs = 3_000 } = options;
  const token = randomBytes(24).toString("base64url");
  const pages = new Set<WebSocket>();
  const tell = <Name extends keyof InspectorNotifications>(
    method: Name,
    params: InspectorNotifications[Name],
  ) => {
    const text = JSON.stringify({ jsonrpc: "2.0", method, params });
    for (const page of pages) page.send(text);
  };
  const inspection = new Inspection(target, tell);
  const rpc = new JSONRPCServer({ errorListener: () => {} });
  for (const [method, handle] of Object.entries(requestHandlers(inspection, compare))) {
    rpc.addMethod(method, handle as (params: unknown) => PromiseLike<unknown>);
  }
  rpc.mapErrorToJSONRPCErrorResponse = (id, error: Error) => {
    const { remedy } = error instanceof InspectorError ? error : { remedy: undefined };
    const message = remedy ? `${error.message} ${remedy}` : error.message;
    return { jsonrpc: "2.0", id, error: { code: -32_000, message } };
  };

  const http = createServer((request, response) => void answer(request, response));
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  const { port: actual } = http.address() as AddressInfo;
  const guard = new Guard(token, actual);

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [pathname = "/"] = (request.url ?? "/").split("?", 1);
    const refusal = guard.check(request, !pathname.startsWith("/assets/"));
    if (refusal) return send(response, 403, "text/plain", `Refused: wrong ${refusal}.\n`);
    if (request.method !== "GET") return send(response, 405, "text/plain", "Only GET.\n");
    if (pathname === "/recording.jsonl") {
      const { frames } = inspection;
      const all = frames.after(frames.first - 1, frames.size);
      return send(response, 200, "application/x-ndjson", toRecording(all));
    }
    if (pathname === "/recording.test.ts") {
      const test = toTest(target.protocol.descriptor.name);
      return send(response, 200, "text/plain; charset=utf-8", test);
    }
    await sendFile(response, pathname);
  };

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  http.on("upgrade", (request, socket, head) => {
    // A browser always says whose page it is that opens a socket.
    const refusal = request.headers.origin === undefined ? "origin" : guard.check(request, true);
    if (refusal) return void socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (page) => {
      clearTimeout(lingering);
      pages.add(page);
      page.on("error", () => {});
      page.on("message", async (data) => {
        const reply = await rpc.receiveJSON(String(data));
        if (reply && page.readyState === page.OPEN) page.send(JSON.stringify(reply));
      });
      page.on("close", () => {
        pages.delete(page);
        if (pages.size === 0) lingering = setTimeout(() => void close(), lingerMs);
      });
    });
  });

  let lingering: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;
  let settle!: () => void;
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const close = () => {
    closing ??= (async () => {
      clearTimeout(lingering);
      for (const page of pages) page.terminate();
      http.close();
      http.closeAllConnections();
      await inspection.close();
      settle();
    })();
    return closing;
  };
  void inspection.connect();
  return {
    url: `http://127.0.0.1:${actual}/?token=${token}`,
    inspection,
    ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}
