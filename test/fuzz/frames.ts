import { encodeFrame, type Framing } from "@stubwright/rpc";

/** Numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, limit: number) => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

const MESSAGES = [
  '{"jsonrpc":"2.0","id":1,"result":{"a":[1,2,{"b":null}]}}',
  '{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no","data":{"x":1}}}',
  '{"jsonrpc":"2.0","method":"note","params":{"text":"é😀\\ud800"}}',
  '{"jsonrpc":"2.0","id":"s","method":"echo","params":[1,"two",{"three":3}]}',
  '{"jsonrpc":"2.0","id":7,"method":"throw"}',
  '{"jsonrpc":"2.0","id":8,"method":"missing","params":null}',
  '[{"id":1,"method":"echo"},{"method":"note"},3,{"id":1,"result":0}]',
] as const;

const IDS = ["0", "-1", "1.5", "1e400", "9007199254740993", '"1"', "null", "{}", "[1]", "true"];
const KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", ""];

const deep = (levels: number) => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;

/** Bodies that differ from a message, but are framed as they should be. */
const BODIES: Record<string, (random: Random) => Buffer> = {
  intact: (random) => Buffer.from(pick(random, MESSAGES)),
  "bad UTF-8": (random) => {
    const bytes = Buffer.from(pick(random, MESSAGES));
    bytes[below(random, bytes.length)] = 0x80 + below(random, 0x80);
    return bytes;
  },
  "bad JSON": (random) => {
    const text = pick(random, MESSAGES);
    const at = below(random, text.length);
    const middle = pick(random, ["", "}", '"', ",", "\\", "1", " "]);
    return Buffer.from(text.slice(0, at) + middle + text.slice(at + 1));
  },
  "any byte": (random) => {
    const bytes = Buffer.from(pick(random, MESSAGES));
    bytes[below(random, bytes.length)] = below(random, 256);
    return bytes;
  },
  "wrong id": (random) => {
    const member = pick(random, [
      '"result":1',
      '"method":"echo"',
      '"error":{}',
      '"error":5',
      '"x":1',
    ]);
    return Buffer.from(`{"id":${pick(random, IDS)},${member}}`);
  },
  "deep nesting": (random) => {
    const value = deep(pick(random, [10, 100, 1000, 20_000]));
    const head = pick(random, ['{"id":1,"result":', '{"id":9,"method":"echo","params":', '{"x":']);
    return Buffer.from(random() < 0.2 ? value : `${head}${value}}`);
  },
  "special keys": (random) => {
    const key = pick(random, KEYS);
    const poison = `{"${key}":{"polluted":1,"method":"note","id":1}}`;
    const whole = `{"id":5,"method":"${pick(random, KEYS)}","params":${poison}}`;
    return Buffer.from(pick(random, [poison, whole, `{"id":1,"result":${poison}}`]));
  },
};

/** Frames that break the stream: nothing after them may be trusted. */
const BREAKS: Record<string, (frame: Buffer, random: Random) => Buffer> = {
  truncated: (frame, random) => frame.subarray(0, below(random, frame.length)),
  "any byte of the frame": (frame, random) => {
    const bytes = Buffer.from(frame);
    bytes[below(random, Math.min(bytes.length, 30))] = below(random, 256);
    return bytes;
  },
  oversize: (_, random) =>
    random() < 0.5
      ? Buffer.from(`Content-Length: ${10 ** (7 + below(random, 20))}\r\n\r\n{}`)
      : Buffer.alloc(70_000, "x"),
  "bad length": (_, random) =>
    Buffer.from(`Content-Length: ${pick(random, ["-1", "NaN", "", "1e3", "0x10", "5"])}\r\n\r\n{}`),
};

/** The bound on a body that peers of the run have. */
export const MAX_FRAME_BYTES = 1_000_000;

const MARK = Buffer.from("\ufeff");

/** Frames that are not as they should be, and read all the same: those after them are sound. */
const TOLERATED: Record<string, (framing: Framing, body: Buffer, random: Random) => Buffer> = {
  "byte order mark": (framing, body, random) => {
    const content = random() < 0.5 ? Buffer.concat([MARK, body]) : body;
    const marked = framed(framing, content);
    return random() < 0.5 ? Buffer.concat([MARK, marked]) : marked;
  },
  "other line ends": (framing, body, random) => {
    const end = pick(random, ["\n", "\r\r\n", "\r\n"]);
    if (framing.name === "ndjson") {
      const blank = pick(random, ["", "\n", " \t\r\n"]);
      return Buffer.concat([Buffer.from(blank), body, Buffer.from("\r\n")]);
    }
    const header = `X-Other: 1${end}content-length:${body.length}${end}${end}`;
    return Buffer.concat([Buffer.from(header), body]);
  },
  "too large": (framing, _, random) => {
    const head = pick(random, ['{"id":1,"result":"', '{"id":2,"method":"echo","params":"', "x"]);
    const size = MAX_FRAME_BYTES + below(random, 1_000);
    return framed(framing, Buffer.concat([Buffer.from(head), Buffer.alloc(size, "y")]));
  },
};

function framed(framing: Framing, content: Buffer): Buffer {
  const header = Buffer.from(framing.header(content.length));
  return Buffer.concat([header, content, Buffer.from(framing.trailer)]);
}

const BODY_KINDS = Object.keys(BODIES);
const TOLERATED_KINDS = Object.keys(TOLERATED);
const BREAK_KINDS = Object.keys(BREAKS);

/** One frame of the run. */
export interface FuzzFrame {
  readonly kind: string;
  readonly bytes: Buffer;
  /** Whether it breaks the stream. */
  readonly breaks: boolean;
}

export function makeFrame(framing: Framing, random: Random): FuzzFrame {
  const breaks = random() < 0.004;
  // Deep values are large; a few of them do.
  const body = random() < 0.7 ? pick(random, BODY_KINDS) : "intact";
  const kind = body === "deep nesting" && random() < 0.9 ? "wrong id" : body;
  let content = BODIES[kind]!(random);
  // A line cannot hold a line end; it would be two frames, which is no harm, but not this test.
  if (framing.name === "ndjson")
    content = Buffer.from(content.map((byte) => (byte === 10 ? 32 : byte)));
  if (!breaks && random() < 0.1) {
    const how = pick(random, TOLERATED_KINDS);
    // Those that are too large are slow; a few of them do.
    const tolerated = how === "too large" && random() < 0.98 ? "byte order mark" : how;
    return { kind: tolerated, bytes: TOLERATED[tolerated]!(framing, content, random), breaks };
  }
  const frame = framed(framing, content);
  if (!breaks) return { kind, bytes: frame, breaks };
  const how = pick(random, BREAK_KINDS);
  return { kind: how, bytes: BREAKS[how]!(frame, random), breaks };
}

/** Cuts bytes anew: as they are, in pieces, or byte by byte. */
export function cut(bytes: Buffer, random: Random): Buffer[] {
  const largest = pick(random, [1, 7, 100, 5_000, 100_000]);
  // Byte by byte is slow for the large ones and shows nothing more there.
  if (largest < 100 && bytes.length > 20_000) return [bytes];
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + below(random, largest);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

/** A request whose answer shows that the peer is well. */
export function lastRequest(framing: Framing): Buffer {
  return encodeFrame(framing, '{"jsonrpc":"2.0","id":"last","method":"echo","params":"well"}');
}
