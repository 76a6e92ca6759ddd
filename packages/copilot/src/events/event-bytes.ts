/** How a server begins an event; what follows is the session's id. */
const EVENT = Buffer.from('{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"');
/** What follows the id; then comes the event's type. */
const TYPE = Buffer.from('","event":{"type":"');
/** How a server begins to tell what became of a session. */
const LIFECYCLE = Buffer.from('{"jsonrpc":"2.0","method":"session.lifecycle","params":{');

/** Strings up to this length are faster to look through byte by byte. */
const NEAR = 48;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const OPEN = 0x7b;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LETTER_F = 0x66;
const LETTER_T = 0x74;

/** The members that tell something of an event. */
const [ID, TIMESTAMP, EPHEMERAL, TYPE_AGAIN] = ["id", "timestamp", "ephemeral", "type"].map(
  (name) => Buffer.from(name),
) as [Buffer, Buffer, Buffer, Buffer];

/** What can be read of an event without parsing it: the first part. */
export interface EventHead {
  readonly sessionId: string;
  readonly type: string;
  /** Where in the message the rest begins. */
  readonly end: number;
}

/** The second part, for which all bytes of the message have to be looked at. */
export interface EventRest {
  readonly ephemeral: boolean;
  /** Undefined if the event has none, or is ephemeral. */
  readonly id?: string | undefined;
  /** Undefined in the same cases. */
  readonly timestamp?: string | undefined;
}

/**
 * Reads whose event a message is, and of which type, from its bytes. Only the order of members in
 * which servers write them is understood; for all else the answer is undefined.
 */
export function readEventHead(body: Buffer): EventHead | undefined {
  if (!startsWith(body, EVENT)) return undefined;
  const idEnd = simpleStringEnd(body, EVENT.length);
  if (idEnd < 0 || !isAt(TYPE, body, idEnd)) return undefined;
  const start = idEnd + TYPE.length;
  const typeEnd = simpleStringEnd(body, start);
  if (typeEnd < 0) return undefined;
  return {
    sessionId: body.toString("latin1", EVENT.length, idEnd),
    type: body.toString("latin1", start, typeEnd),
    end: typeEnd + 1,
  };
}

/**
 * Reads the rest of an event from its bytes. The answer is undefined if anything could make a
 * parser see another message, such as a second `type`. Whether it is sound JSON is not looked at.
 */
export function readEventRest(body: Buffer, { end }: EventHead): EventRest | undefined {
  // Where the values begin; nothing begins at 0.
  let id = 0;
  let timestamp = 0;
  let ephemeral: boolean | undefined;
  const understood = eachMember(body, end, 2, (start, nameEnd, value) => {
    const is = (name: Buffer) => nameEnd - start === name.length && isAt(name, body, start);
    if (is(ID)) {
      const isFirst = id === 0;
      id = value;
      return isFirst;
    }
    if (is(TIMESTAMP)) {
      const isFirst = timestamp === 0;
      timestamp = value;
      return isFirst;
    }
    if (is(EPHEMERAL)) {
      const isFirst = ephemeral === undefined;
      ephemeral = body[value] === LETTER_T;
      return isFirst && (ephemeral || body[value] === LETTER_F);
    }
    return !is(TYPE_AGAIN);
  });
  if (!understood) return undefined;
  if (ephemeral) return { ephemeral };
  return { ephemeral: false, id: plainText(body, id), timestamp: plainText(body, timestamp) };
}

/** Reads a string value; undefined if it is none, or has escapes. */
function plainText(body: Buffer, value: number): string | undefined {
  if (body[value] !== QUOTE) return undefined;
  const text = body.toString("utf8", value + 1, stringEnd(body, value + 1));
  return text.includes("\\") ? undefined : text;
}

/** Whether a message tells what became of a session, and is nothing that wants an answer. */
export function isLifecycle(body: Buffer): boolean {
  return startsWith(body, LIFECYCLE) && eachMember(body, LIFECYCLE.length, 1, () => true);
}

/**
 * Goes through the members of an object.
 *
 * @param start - A place in the object that is in no string and in no inner object.
 * @param outer - How many objects around it end with it.
 * @param see - Gets where each name begins and ends, and where its value begins; false ends the walk.
 * @returns Whether all was seen, every name had its plain spelling, and the message ends there.
 */
function eachMember(
  body: Buffer,
  start: number,
  outer: number,
  see: (nameStart: number, nameEnd: number, value: number) => boolean,
): boolean {
  let depth = 1;
  for (let at = start; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) {
      const first = at + 1;
      at = stringEnd(body, first);
      const next = body[at + 1];
      if (depth > 1) continue;
      if (next === COLON) {
        if (hasEscape(body, first, at) || !see(first, at, at + 2)) return false;
      } else if (next !== COMMA && next !== CLOSE) return false;
    } else if (byte === OPEN || byte === OPEN_LIST) depth++;
    else if (byte === CLOSE || byte === CLOSE_LIST) depth--;
    if (depth === 0) return endsAfter(body, at + 1, outer);
  }
  return false;
}

function endsAfter(body: Buffer, at: number, closings: number): boolean {
  if (body.length !== at + closings) return false;
  for (let i = at; i < body.length; i++) if (body[i] !== CLOSE) return false;
  return true;
}

/** Whether a message begins with some bytes. */
export function startsWith(body: Buffer, bytes: Buffer): boolean {
  return isAt(bytes, body, 0);
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

function hasEscape(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (body[at] === BACKSLASH) return true;
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
