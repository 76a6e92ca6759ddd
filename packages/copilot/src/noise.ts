import { channel } from "node:diagnostics_channel";
import { protocol } from "@stubwright/copilot-protocol";
import { DIAGNOSTICS_CHANNEL, type Peer } from "@stubwright/rpc";

/** How a server begins an event; what follows is the session's id. */
const OPENING = Buffer.from(
  '{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"',
  "latin1",
);
/** What follows the id, if the event is one of those about the model. */
const MODEL_EVENT = Buffer.from('","event":{"type":"model.', "latin1");
/** How many of its last bytes belong to the type. */
const PREFIX = "model.".length;

/** Strings up to this length are faster to look through byte by byte. */
const NEAR = 48;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const diagnostics = channel(DIAGNOSTICS_CHANNEL);

/**
 * Lets a peer drop, before they are parsed, the `model.*` events that the published protocol does
 * not have: half of all bytes that a server sends. They count as values of unknown types as ever.
 *
 * @param isHeard - Whether the app listens to what the protocol does not have; it gets them then.
 */
export function skipNoise(peer: Peer, isHeard: () => boolean): void {
  const union = protocol.unions.find(({ carrier }) => carrier?.method === "session.event");
  const known = new Set(Object.keys(union?.arms ?? {}));
  peer.accept = (body) => {
    const type = modelEventType(body);
    if (type === undefined || known.has(type)) return true;
    if (isHeard() || diagnostics.hasSubscribers) return true;
    peer.checker.countUnknown();
    return false;
  };
}

/**
 * The type of a `model.*` event, read from the bytes of a message. Only members in the order in
 * which servers write them are understood: for all else, and if anything could make a parser see
 * another message, such as a second `type`, the answer is undefined. Whether the rest is sound JSON
 * is not looked at.
 */
export function modelEventType(body: Buffer): string | undefined {
  if (!isAt(OPENING, body, 0)) return undefined;
  const idEnd = simpleStringEnd(body, OPENING.length);
  if (idEnd < 0 || !isAt(MODEL_EVENT, body, idEnd)) return undefined;
  const nameStart = idEnd + MODEL_EVENT.length;
  const typeEnd = simpleStringEnd(body, nameStart);
  if (typeEnd < 0 || !endsWithEvent(body, typeEnd + 1)) return undefined;
  return body.toString("latin1", nameStart - PREFIX, typeEnd);
}

function isAt(bytes: Buffer, body: Buffer, at: number): boolean {
  if (body.length - at < bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (body[at + i] !== bytes[i]) return false;
  return true;
}

/** Where the quote is that ends a string; -1 if it has escapes or does not end. */
function simpleStringEnd(body: Buffer, start: number): number {
  for (let at = start; at < body.length; at++) {
    if (body[at] === QUOTE) return at;
    if (body[at] === BACKSLASH) return -1;
  }
  return -1;
}

/** Whether the rest of the message is the rest of the event, without another `type` in it. */
function endsWithEvent(body: Buffer, start: number): boolean {
  let depth = 1;
  for (let at = start; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) {
      const first = at + 1;
      at = stringEnd(body, first);
      if (depth === 1 && mayBeType(body, first, at)) return false;
    } else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    // What is left are the ends of `params` and of the message.
    if (depth === 0)
      return body.length === at + 3 && body[at + 1] === 0x7d && body[at + 2] === 0x7d;
  }
  return false;
}

/** Where the quote is that ends a string; the end of the body if there is none. */
function stringEnd(body: Buffer, start: number): number {
  const near = Math.min(start + NEAR, body.length);
  let at = start;
  while (at < near && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at < near ? at : farStringEnd(body, at);
}

/** The same for long strings: native code finds the quotes, and escaped ones are passed over. */
function farStringEnd(body: Buffer, start: number): number {
  let at = body.indexOf(QUOTE, start);
  while (at >= 0) {
    let backslashes = 0;
    while (at - backslashes > start && body[at - backslashes - 1] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
    at = body.indexOf(QUOTE, at + 1);
  }
  return body.length;
}

/** Whether a string is the name `type`, or has escapes and could be anything. */
function mayBeType(body: Buffer, start: number, end: number): boolean {
  const text = body.toString("latin1", start, end);
  return text === "type" || text.includes("\\");
}
