import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentLength, encodeFrame, FrameError, ndjson } from "../src/index.js";

// Printed also when it passes; `SEED=… vitest` repeats a run.
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 500, interruptAfterTimeLimit: 5_000 };

/** Any text as a JSON string: no line ends, any characters else, lone surrogates included. */
const body = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 4 }),
  fc.integer({ min: 0, max: 20_000 }).map((length) => JSON.stringify("é".repeat(length))),
);

/** Places to cut a stream at, as fractions of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 });

function chunks(stream: Buffer, at: readonly number[]): Buffer[] {
  const ends = at.map((fraction) => Math.floor(fraction * stream.length)).sort((a, b) => a - b);
  return [...ends, stream.length].map((end, i) => stream.subarray(ends[i - 1] ?? 0, end));
}

describe.each([contentLength, ndjson])(`$name, SEED=${seed}`, (framing) => {
  it("gives the same messages for any chunking of any frames", () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 20 }), cuts, (bodies, at) => {
        const found: string[] = [];
        const decoder = framing.createDecoder((bytes) => found.push(bytes.toString("utf8")));
        const stream = Buffer.concat(bodies.map((text) => encodeFrame(framing, text)));
        for (const chunk of chunks(stream, at)) decoder.push(chunk);
        expect(found).toEqual(bodies.map((text) => Buffer.from(text).toString("utf8")));
      }),
      runs,
    );
  });

  it("gives the same bodies and the same error for any chunking of any bytes", () => {
    const limits = { maxFrameBytes: 64, maxHeaderBytes: 48 };
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          "Content-Length: 3\r\n\r\n",
          "\r\n",
          "\n",
          "content-LENGTH:70\r\n\r\n",
          "{}",
          ": ",
        )
        .map((text) => Buffer.from(text)),
    );
    const read = (pieces: readonly Buffer[]): string[] => {
      const found: string[] = [];
      const decoder = framing.createDecoder((bytes) => found.push(bytes.toString("hex")), limits);
      try {
        for (const piece of pieces) decoder.push(piece);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
        found.push((error as FrameError).code);
      }
      return found;
    };
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), cuts, (parts, at) => {
        const stream = Buffer.concat(parts);
        expect(read(chunks(stream, at))).toEqual(read([stream]));
      }),
      runs,
    );
  });
});

describe(`content-length headers, SEED=${seed}`, () => {
  const mixedCase = fc
    .array(fc.boolean(), { minLength: 14, maxLength: 14 })
    .map((upper) => [..."content-length"].map((c, i) => (upper[i] ? c.toUpperCase() : c)).join(""));
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,15}$/);
  const other = fc
    .tuple(name, fc.stringMatching(/^[ -~]{0,20}$/))
    .filter(([key]) => !/^content-(length|type)$/i.test(key))
    .map(([key, value]) => `${key}: ${value}`);

  it("are found in any case, with any others around them", () => {
    fc.assert(
      fc.property(
        mixedCase,
        fc.array(other),
        fc.array(other),
        body,
        cuts,
        (key, a, b, text, at) => {
          const length = Buffer.byteLength(text);
          const header = [...a, `${key}: ${length}`, ...b].join("\r\n");
          const found: string[] = [];
          const decoder = contentLength.createDecoder((bytes) => found.push(String(bytes)));
          const stream = Buffer.from(`${header}\r\n\r\n${text}`);
          for (const chunk of chunks(stream, at)) decoder.push(chunk);
          expect(found).toEqual([Buffer.from(text).toString("utf8")]);
        },
      ),
      runs,
    );
  });
});
