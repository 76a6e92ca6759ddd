import { describe, expect, it } from "vitest";
import { contentLength, encodeFrame, FrameError, type Framing, ndjson } from "../src/index.js";
import { seededRandom } from "./random.js";

const bodies = ['{"a":1}', '"é€😀"', "[]", `"${"x".repeat(5000)}"`, "0", '{"b":"\\r\\n\\r\\n"}'];

function decode(framing: Framing, chunks: readonly Uint8Array[], limits = {}): string[] {
  const found: string[] = [];
  const decoder = framing.createDecoder((body) => found.push(body.toString("utf8")), limits);
  for (const chunk of chunks) decoder.push(chunk);
  return found;
}

function cut(bytes: Buffer, random: () => number, largest: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * largest);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
    return (error as FrameError).code;
  }
  return "no error";
}

describe.each([contentLength, ndjson])("$name", (framing) => {
  const stream = Buffer.concat(bodies.map((body) => encodeFrame(framing, body)));

  it("gives the same messages however the bytes are cut", () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    const random = seededRandom(seed);
    expect(decode(framing, [stream])).toEqual(bodies);
    expect(
      decode(
        framing,
        cut(stream, () => 0, 1),
      ),
    ).toEqual(bodies);
    for (let round = 0; round < 300; round++) {
      const largest = 1 + Math.floor(random() * (round % 2 ? 40 : 4000));
      const chunks = cut(stream, random, largest);
      expect(decode(framing, chunks), `SEED=${seed} round ${round}`).toEqual(bodies);
    }
  });

  it("takes a plain Uint8Array that is a window on a larger buffer", () => {
    const whole = new Uint8Array(stream.length + 7);
    whole.set(stream, 7);
    expect(decode(framing, [whole.subarray(7)])).toEqual(bodies);
  });

  it("hands on a body inside one chunk without copying it", () => {
    const chunk = encodeFrame(framing, '{"a":1}');
    let seen: Buffer | undefined;
    framing.createDecoder((body) => (seen = body)).push(chunk);
    expect(seen?.buffer).toBe(chunk.buffer);
  });

  it("refuses a body over maxFrameBytes and takes one of just that size", () => {
    const limits = { maxFrameBytes: 100 };
    const fits = encodeFrame(framing, "x".repeat(100));
    expect(decode(framing, [fits], limits)).toEqual(["x".repeat(100)]);
    const over = encodeFrame(framing, "x".repeat(101));
    expect(codeOf(() => decode(framing, [over], limits))).toBe("FRAME_TOO_LARGE");
    const pieces = cut(over, () => 0.5, 20);
    expect(codeOf(() => decode(framing, pieces, limits))).toBe("FRAME_TOO_LARGE");
  });

  it("takes 32 MiB in 64 KiB chunks in linear time", () => {
    const body = "y".repeat(32 * 1024 * 1024);
    const frame = encodeFrame(framing, body);
    const started = performance.now();
    let bytes = 0;
    const decoder = framing.createDecoder((found) => (bytes += found.length));
    for (let at = 0; at < frame.length; at += 65_536) decoder.push(frame.subarray(at, at + 65_536));
    expect(bytes).toBe(body.length);
    // Copying everything so far at each of the 512 chunks would be 8 GiB, several seconds.
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe("content-length headers", () => {
  it.each([
    ["lower case", "content-length: 2\r\n\r\n{}"],
    ["upper case, no space", "CONTENT-LENGTH:2\r\n\r\n{}"],
    ["other headers around it", "A: b\r\nContent-Length: 2\r\nContent-Type: x; y=z\r\n\r\n{}"],
    ["spaces after the number", "Content-Length: 2  \r\n\r\n{}"],
    ["leading zeros", "Content-Length: 0002\r\n\r\n{}"],
    ["charset utf-8", "Content-Length: 2\r\nContent-Type: a/b; charset=utf-8\r\n\r\n{}"],
    ["charset utf8", 'content-type: a/b;x=y; Charset="UTF8"\r\nContent-Length: 2\r\n\r\n{}'],
  ])("reads %s", (_, text) => {
    expect(decode(contentLength, [Buffer.from(text + text)])).toEqual(["{}", "{}"]);
    expect(
      decode(
        contentLength,
        cut(Buffer.from(text + text), () => 0, 1),
      ),
    ).toEqual(["{}", "{}"]);
  });

  it.each([
    ["none", "Content-Type: x\r\n\r\n{}"],
    ["negative", "Content-Length: -1\r\n\r\n{}"],
    ["not a number", "Content-Length: 2x\r\n\r\n{}"],
    ["a fraction", "Content-Length: 2.0\r\n\r\n{}"],
    ["two that differ", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "],
    ["another charset", "Content-Length: 2\r\nContent-Type: a/b; charset=utf-16\r\n\r\n{}"],
    ["no colon", "Content-Length 2\r\n\r\n{}"],
    ["an empty block", "\r\n\r\n{}"],
  ])("refuses a bad length: %s", (_, text) => {
    expect(codeOf(() => decode(contentLength, [Buffer.from(text)]))).toBe("BAD_HEADER");
  });

  it("does not wait for the end of a header that is JSON", () => {
    expect(codeOf(() => decode(contentLength, [Buffer.from('{"jsonrpc":"2.0"}\n')]))).toBe(
      "BAD_HEADER",
    );
  });

  it("keeps the default of a limit that is given as undefined", () => {
    const text = Buffer.from("Content-Length: 99999999999\r\n\r\n");
    const limits = { maxFrameBytes: undefined };
    expect(codeOf(() => decode(contentLength, [text], limits))).toBe("FRAME_TOO_LARGE");
  });

  it("refuses a huge length before it allocates anything", () => {
    const text = Buffer.from("Content-Length: 99999999999\r\n\r\n");
    expect(codeOf(() => decode(contentLength, [text]))).toBe("FRAME_TOO_LARGE");
  });

  it("refuses a header block over maxHeaderBytes, ended or not", () => {
    const limits = { maxHeaderBytes: 64 };
    const endless = Buffer.from("x".repeat(65));
    expect(codeOf(() => decode(contentLength, [endless], limits))).toBe("HEADER_TOO_LARGE");
    expect(
      codeOf(() =>
        decode(
          contentLength,
          cut(endless, () => 0, 1),
          limits,
        ),
      ),
    ).toBe("HEADER_TOO_LARGE");
    const long = Buffer.from(`A: ${"x".repeat(50)}\r\nContent-Length: 2\r\n\r\n{}`);
    expect(codeOf(() => decode(contentLength, [long], limits))).toBe("HEADER_TOO_LARGE");
  });

  it("delivers what came before the damage", () => {
    const found: string[] = [];
    const decoder = contentLength.createDecoder((body) => found.push(body.toString()));
    const bytes = Buffer.from("Content-Length: 2\r\n\r\n{}garbage\r\n\r\n");
    expect(codeOf(() => decoder.push(bytes))).toBe("BAD_HEADER");
    expect(found).toEqual(["{}"]);
  });
});

it("takes a long ndjson line in a trickle of bytes in linear time and memory", () => {
  const body = "z".repeat(2_000_000);
  const started = performance.now();
  const chunks = cut(encodeFrame(ndjson, body), () => 0, 1);
  expect(decode(ndjson, [...chunks, Buffer.from("1\n")])).toEqual([body, "1"]);
  expect(performance.now() - started).toBeLessThan(5000);
});

it("skips empty lines and takes CRLF in ndjson", () => {
  expect(decode(ndjson, [Buffer.from("1\r\n\n\r\n2\n")])).toEqual(["1", "2"]);
});
