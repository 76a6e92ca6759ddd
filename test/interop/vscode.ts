import { createRequire } from "node:module";
import type { Readable, Writable } from "node:stream";

/** What the tests use of a connection of vscode-jsonrpc. */
export interface MessageConnection {
  onRequest(
    method: string,
    handler: (params: unknown, token: CancellationToken) => unknown,
  ): unknown;
  onNotification(method: string, handler: (params: unknown) => void): unknown;
  sendRequest(method: string, params: unknown, token?: CancellationToken): Promise<unknown>;
  sendNotification(method: string, params: unknown): Promise<void>;
  sendProgress(type: object, token: string | number, value: unknown): Promise<void>;
  onProgress(type: object, token: string | number, handler: (value: unknown) => void): unknown;
  listen(): void;
  dispose(): void;
}

export interface CancellationToken {
  onCancellationRequested(act: () => void): unknown;
}

interface VscodeJsonRpc {
  readonly createMessageConnection: (reader: object, writer: object) => MessageConnection;
  readonly StreamMessageReader: new (stream: Readable) => object;
  readonly StreamMessageWriter: new (stream: Writable) => object;
  readonly ProgressType: new () => object;
  readonly CancellationTokenSource: new () => {
    readonly token: CancellationToken;
    cancel(): void;
  };
}

// Its declarations do not pass today's library types, and skipLibCheck would hide our own errors.
export const vscode = createRequire(import.meta.url)("vscode-jsonrpc/node") as VscodeJsonRpc;

/** A connection over a pair of streams, or a socket as both. */
export function connectVscode(readable: Readable, writable: Writable): MessageConnection {
  const reader = new vscode.StreamMessageReader(readable);
  return vscode.createMessageConnection(reader, new vscode.StreamMessageWriter(writable));
}
