import { spawn } from "node:child_process";
import { extname } from "node:path";
import type { BenchEvent, MakeClient } from "./client.js";

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly params?: { readonly sessionId: string; readonly event: BenchEvent };
}

/** The least that does the work: no checks, no types, no errors, no limits. */
export const makeClient: MakeClient = (cliPath, env = process.env) => {
  const script = extname(cliPath) === ".js";
  const args = [
    "--headless",
    "--no-auto-update",
    "--log-level",
    "none",
    "--stdio",
    "--no-auto-login",
  ];
  const child = spawn(script ? process.execPath : cliPath, script ? [cliPath, ...args] : args, {
    stdio: ["pipe", "pipe", "ignore"],
    env,
  });
  const pending = new Map<number, (result: unknown) => void>();
  const listeners = new Map<string, (event: BenchEvent) => void>();
  let lastId = 0;
  let batch = "";
  let rest: Buffer | undefined;
  let body: Buffer | undefined;
  let filled = 0;

  const receive = (bytes: Buffer) => {
    const { id, result, params } = JSON.parse(bytes.toString()) as Message;
    if (id !== undefined) {
      pending.get(id)?.(result);
      pending.delete(id);
    } else if (params?.event) listeners.get(params.sessionId)?.(params.event);
  };
  child.stdout.on("data", (bytes: Buffer) => {
    let chunk = bytes;
    let at = 0;
    if (body) {
      at = chunk.copy(body, filled);
      filled += at;
      if (filled < body.length) return;
      const whole = body;
      body = undefined;
      receive(whole);
    }
    if (rest) chunk = Buffer.concat([rest, chunk]);
    rest = undefined;
    while (at < chunk.length) {
      const end = chunk.indexOf("\r\n\r\n", at);
      if (end < 0) {
        rest = chunk.subarray(at);
        return;
      }
      const length = Number(chunk.toString("latin1", at + 16, end));
      const start = end + 4;
      at = start + length;
      if (at <= chunk.length) receive(chunk.subarray(start, at));
      else {
        body = Buffer.allocUnsafe(length);
        filled = chunk.copy(body, 0, start);
      }
    }
  });

  const flush = () => {
    child.stdin.write(batch);
    batch = "";
  };
  const call = <R>(method: string, params: object) =>
    new Promise<R>((resolve) => {
      const id = ++lastId;
      pending.set(id, resolve as (result: unknown) => void);
      const text = JSON.stringify({ jsonrpc: "2.0", id, method, params });
      if (batch === "") queueMicrotask(flush);
      batch += `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    });

  return {
    start: async () => void (await call("connect", {})),
    ping: (message) => call("ping", { message }),
    open: async (sessionId, listener) => {
      listeners.set(sessionId, listener);
      await call("session.create", { sessionId, streaming: true });
      return {
        send: async (prompt) => {
          return (await call<{ messageId: string }>("session.send", { sessionId, prompt }))
            .messageId;
        },
      };
    },
    stop: async () => child.kill(),
    problems: () => [],
  };
};
