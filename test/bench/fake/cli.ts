// The program that all clients of the bench start: answers the calls that they make, and sends the
// events that a `session.send` orders. It is not what is measured, so frames are made ahead.
import { contentLength } from "@stubwright/rpc";
import { frame, makeFrames } from "./frames.js";
import { GIVE, PREPARE, payload, TAKE } from "./order.js";

interface Request {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly message?: string;
    readonly sessionId?: string;
    readonly prompt?: string;
  };
}

/** A longer message is a payload, which is compared and not parsed. */
const LARGE_BYTES = 100_000;
const STARTED = new Date().toISOString();

const prepared = new Map<string, Buffer>();
let answers: string[] = [];

const decoder = contentLength.createDecoder(receive, { maxFrameBytes: 1 << 30 });
process.stdin.on("data", (chunk: Buffer) => {
  decoder.push(chunk);
  if (answers.length > 0) process.stdout.write(answers.join(""));
  answers = [];
});
process.stdin.on("end", () => process.exit());

function receive(body: Buffer): void {
  if (body.length > LARGE_BYTES) {
    take(body);
    return;
  }
  const { id, method, params } = JSON.parse(body.toString("latin1")) as Request;
  if (id === undefined) return;
  if (method === "ping") ping(id, params?.message ?? "");
  else if (method === "session.send") send(id, params?.sessionId ?? "", params?.prompt ?? "");
  else answer(id, RESULTS[method]?.(params) ?? '{"success":true}');
}

/** What methods answer that need more than a sign that they were heard. */
const RESULTS: Readonly<Record<string, (params: Request["params"]) => string>> = {
  connect: () => '{"ok":true,"protocolVersion":3,"version":"1.0.85"}',
  "status.get": () => '{"version":"1.0.85","protocolVersion":3}',
  "session.create": (params) => JSON.stringify({ sessionId: params?.sessionId }),
  "runtime.shutdown": () => "{}",
};

function answer(id: number | string, result: string): void {
  answers.push(frame(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`));
}

function ping(id: number | string, message: string): void {
  if (message.startsWith(PREPARE)) prepare(message.slice(PREPARE.length));
  if (message.startsWith(GIVE)) give(id, message);
  else answer(id, pong(JSON.stringify(`pong: ${message}`)));
}

function pong(message: string): string {
  return `{"message":${message},"timestamp":"${STARTED}","protocolVersion":3}`;
}

function prepare(what: string): void {
  const [, kind, bytes] = /^(give |take )(\d+)$/.exec(what) ?? [];
  if (kind) {
    const text = payload(Number(bytes));
    prepared.set(what, Buffer.from(kind === GIVE ? `"${text}"` : text));
  } else {
    const [sessionId, order] = JSON.parse(what) as [string, string];
    prepared.set(sessionId + order, makeFrames(sessionId, JSON.parse(order)));
  }
}

/** Answers with a payload that was prepared: its bytes are written as they are. */
function give(id: number | string, message: string): void {
  const text = prepared.get(message) ?? Buffer.from('""');
  const [head = "", tail = ""] =
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${pong("\0")}}`.split("\0");
  const bytes = head.length + text.length + tail.length;
  process.stdout.write(`Content-Length: ${bytes}\r\n\r\n${head}`);
  process.stdout.write(text);
  process.stdout.write(tail);
}

/** Compares a payload with the one that was prepared. */
function take(body: Buffer): void {
  const head = body.toString("latin1", 0, 200);
  const tail = body.toString("latin1", body.length - 200);
  const id = /"id":(\d+)/.exec(head)?.[1] ?? /"id":(\d+)\}$/.exec(tail)?.[1];
  const start = head.indexOf(TAKE) + TAKE.length;
  const end = body.length - 200 + tail.indexOf('"');
  const expected = prepared.get(TAKE + (end - start));
  const same = expected && body.compare(expected, 0, expected.length, start, end) === 0;
  answer(Number(id), pong(`"took ${same ? end - start : -1}"`));
}

function send(id: number | string, sessionId: string, order: string): void {
  answer(id, `{"messageId":"${sessionId}"}`);
  const frames = prepared.get(sessionId + order) ?? makeFrames(sessionId, JSON.parse(order));
  process.stdout.write(answers.join(""));
  answers = [];
  process.stdout.write(frames);
}
