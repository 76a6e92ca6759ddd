import { describe, expect, it } from "vitest";
import {
  contentLength,
  encodeFrame,
  FrameError,
  type FrameLimits,
  type Framing,
  ndjson,
  type OversizedFrame,
} from "../src/index.js";

interface Read {
  readonly bodies: string[];
  readonly oversized: { length: number; head: string }[];
  /** The error that ended the decoder, or that its end threw. */
  readonly error?: string;
}

function read(
  framing: Framing,
  chunks: readonly (Buffer | string)[],
  limits: Partial<FrameLimits> = {},
): Read {
  const bodies: string[] = [];
  const oversized: Read["oversized"] = [];
  const decoder = framing.createDecoder(
    (body) => bodies.push(body.toString()),
    limits,
    ({ length, head }: OversizedFrame) => oversized.push({ length, head: head.toString() }),
  );
  try {
    for (const chunk of chunks) decoder.push(Buffer.from(chunk as string));
    decoder.end();
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
    const { code, message } = error as FrameError;
    return { bodies, oversized, error: `${code}: ${message}` };
  }
  return { bodies, oversized };
}

/** The same stream whole, and byte by byte: what is read must not depend on it. */
const ways = (text: string) =>
  [[text], [...Buffer.from(text)].map((byte) => Buffer.from([byte]))] as const;

describe.each([contentLength, ndjson])("tolerance of $name", (framing) => {
  const frame = (body: string) => encodeFrame(framing, body).toString();

  it.each([
    ["before the first frame", `\ufeff${frame("1")}${frame("2")}`],
    ["before a later frame", `${frame("1")}\ufeff${frame("2")}`],
    ["in a body", `${frame("\ufeff1")}${frame("2")}`],
    ["before a frame and in its body", `\ufeff${frame("\ufeff1")}${frame("2")}`],
  ])("reads past a byte order mark %s", (_, text) => {
    if (framing === ndjson && text.startsWith("\ufeff\ufeff")) return;
    for (const way of ways(text))
      expect(read(framing, way)).toEqual({ bodies: ["1", "2"], oversized: [] });
  });

  it.each([101, 5_000, 200_000])(
    "skips a frame of %i bytes over the limit, and reads on",
    (size) => {
      const text = frame("1") + frame("x".repeat(size)) + frame("2");
      const chunks = ways(text);
      const large = Buffer.from(text);
      const pieces: Buffer[] = [];
      for (let at = 0; at < large.length; at += 1_000) pieces.push(large.subarray(at, at + 1_000));
      for (const way of size > 100_000 ? [chunks[0], pieces] : [...chunks, pieces]) {
        const { bodies, oversized, error } = read(framing, way, { maxFrameBytes: 100 });
        expect([bodies, error]).toEqual([["1", "2"], undefined]);
        expect(oversized).toHaveLength(1);
        expect(oversized[0]?.head).toBe("x".repeat(Math.min(size, 4_096)));
        expect(oversized[0]?.length).toBeGreaterThan(100);
        expect(oversized[0]?.length).toBeLessThanOrEqual(size);
      }
    },
  );

  it("tells of a frame over the limit as soon as its head has come", () => {
    const told: number[] = [];
    const decoder = framing.createDecoder(
      () => {},
      { maxFrameBytes: 100 },
      ({ length }) => told.push(length),
    );
    decoder.push(encodeFrame(framing, "x".repeat(50_000)).subarray(0, 5_000));
    expect(told).toHaveLength(1);
  });

  it("keeps none of a frame that it skips", () => {
    const decoder = framing.createDecoder(
      () => {},
      { maxFrameBytes: 1_000 },
      () => {},
    );
    if (framing === contentLength) decoder.push(Buffer.from("Content-Length: 900000000\r\n\r\n"));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 400; i++) decoder.push(Buffer.alloc(1_000_000, "x"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
  });
});

describe("tolerance of content-length", () => {
  const body = '{"id":1}';

  it.each([
    ["CR LF", "\r\n", "\r\n"],
    ["LF", "\n", "\n"],
    ["CR CR LF", "\r\r\n", "\r\r\n"],
    ["LF, then CR LF", "\n", "\r\n"],
    ["CR LF, then LF", "\r\n", "\n"],
  ])("reads a header whose lines end in %s", (_, line, empty) => {
    const text = `X: y${line}content-length: ${body.length}${line}${empty}${body}`;
    for (const way of ways(text + text)) {
      expect(read(contentLength, way)).toEqual({ bodies: [body, body], oversized: [] });
    }
  });

  it("leaves a line end that a body begins with alone", () => {
    expect(read(contentLength, ["Content-Length: 4\r\n\r\n\n\r\n1"]).bodies).toEqual(["\n\r\n1"]);
  });

  it.each([
    [
      "Loading the profile\nContent-Length: 8\r\n\r\n{}",
      'Not a valid header: "Loading the profile"',
    ],
    ["Log: starting\r\n\r\n{}", 'A header without Content-Length: "Log: starting"'],
    ["Gr\u00fc\u00dfe\n\n", 'Not a valid header: "Gr\u00fc\u00dfe"'],
    [`${"x".repeat(500)}\n\n`, `Not a valid header: "${"x".repeat(80)}"`],
  ])("quotes what stands in place of a header: %j", (text, message) => {
    for (const way of ways(text)) {
      expect(read(contentLength, way).error).toBe(`BAD_HEADER: ${message}`);
    }
  });

  it.each([
    ["usage: server [options]\nand more", 'a header: "usage: server [options]"'],
    ["Content-Length: 9\r\n\r\n{}", "a body"],
  ])("tells of a stream that ends within a frame: %j", (text, within) => {
    for (const way of ways(text)) {
      expect(read(contentLength, way).error).toBe(
        `FRAME_TRUNCATED: The stream ended within ${within}`,
      );
    }
  });

  it("does not skip what a wrong length would swallow", () => {
    const { error } = read(contentLength, ["Content-Length: 99999999999\r\n\r\n{}"]);
    expect(error).toMatch(/^FRAME_TOO_LARGE/);
  });
});

describe("tolerance of ndjson", () => {
  it("reads a last line without a line end", () => {
    for (const way of ways('1\n{"id":1}'))
      expect(read(ndjson, way).bodies).toEqual(["1", '{"id":1}']);
    for (const way of ways("1\r\n2\r")) expect(read(ndjson, way).bodies).toEqual(["1", "2"]);
  });

  it("skips blank lines", () => {
    for (const way of ways(" \t\r\n1\n\n   \n\t\n2\n \t")) {
      expect(read(ndjson, way).bodies).toEqual(["1", "2"]);
    }
  });

  it("tells once of a last line over the limit", () => {
    const { oversized } = read(ndjson, ["x".repeat(200)], { maxFrameBytes: 100 });
    expect(oversized).toEqual([{ length: 200, head: "x".repeat(200) }]);
  });
});
