import { readFileSync } from "node:fs";
import { NUMBER_DIGITS, type Order, payload } from "./order.js";

/** Frames one message. */
export function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** All frames of an order as one piece of bytes. */
export function makeFrames(sessionId: string, order: Order): Buffer {
  switch (order.kind) {
    case "deltas":
      return deltas(sessionId, order.count, order.bytes);
    case "deal":
      return deal(order.count, order.sessions, order.from);
    case "replay":
      return replay(order.file, order.times, order.from);
  }
}

function deltas(sessionId: string, count: number, bytes: number): Buffer {
  const filler = payload(bytes - NUMBER_DIGITS);
  const frames = Array.from({ length: count }, (_, number) =>
    delta(sessionId, number, number, filler),
  );
  frames.push(idle(sessionId, count));
  return Buffer.from(frames.join(""));
}

function deal(count: number, sessions: number, from: number): Buffer {
  const filler = payload(20 - NUMBER_DIGITS);
  const first = from * sessions;
  const frames = Array.from({ length: count }, (_, i) => {
    const number = from + Math.floor(i / sessions);
    return delta(`s${i % sessions}`, number, first + i, filler);
  });
  // An id of its own: clients drop what they have seen.
  frames.push(idle("s0", 0xf0000000 + from));
  return Buffer.from(frames.join(""));
}

/** Members in the order of the real server. */
function event(sessionId: string, type: string, data: string, serial: number): string {
  const id = uuid(serial);
  const tail = `"ephemeral":true,"id":"${id}","timestamp":"2026-11-22T16:46:56.842Z","parentId":"${id}"`;
  return frame(
    `{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"${sessionId}","event":{"type":"${type}","data":${data},${tail}}}}`,
  );
}

function delta(sessionId: string, number: number, serial: number, filler: string): string {
  const text = String(number).padStart(NUMBER_DIGITS, "0") + filler;
  const data = `{"messageId":"95d98017-cdc2-40d2-9eb0-5598668c7e2f","deltaContent":"${text}"}`;
  return event(sessionId, "assistant.message_delta", data, serial);
}

function idle(sessionId: string, serial: number): string {
  return event(sessionId, "session.idle", "{}", serial);
}

function uuid(serial: number): string {
  return `${serial.toString(16).padStart(8, "0")}-cdc2-40d2-9eb0-5598668c7e2f`;
}

/** Each time over, ids differ, as they would in a longer session; it begins once. */
function replay(file: string, times: number, from: number): Buffer {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const rest = lines.filter((line) => !line.includes('"type":"session.start"'));
  const pieces = Array.from({ length: times }, (_, time) => {
    const mark = (from + time).toString(16).padStart(4, "0");
    return (from + time === 0 ? lines : rest).map((line) =>
      frame(line.replace(/"[0-9a-f]{4}(?=[0-9a-f]{4}-[0-9a-f]{4}-4)/g, `"${mark}`)),
    );
  });
  return Buffer.from(pieces.flat().join(""));
}
