import { describe, expect, it } from "vitest";
import { contentLength, encodeFrame, ndjson, type PeerOptions } from "../src/index.js";
import { filterMessages } from "../src/internal.js";
import { rawPeer, settle } from "./pair.js";

const ANSWER = '{"id":1,"result":"r1"}';
const SECOND = '{"id":2,"result":"r2"}';
const NOTE = '{"method":"n","params":1}';
const ASK = '{"id":"a","method":"ask"}';

type Cut = "one chunk" | "one chunk each" | "single bytes";

function connect(options: PeerOptions = {}) {
  const raw = rawPeer(options);
  const seen: string[] = [];
  raw.peer.onNotification("n", (params) => seen.push(`note ${params}`));
  raw.peer.onRequest("ask", () => seen.push("ask"));
  const framing = options.framing ?? contentLength;
  const write = (bodies: readonly string[], cut: Cut) => {
    const frames = bodies.map((body) => encodeFrame(framing, body));
    const all = Buffer.concat(frames);
    const chunks =
      cut === "one chunk"
        ? [all]
        : cut === "one chunk each"
          ? frames
          : [...all].map((byte) => [byte]);
    for (const chunk of chunks) raw.right.write(Buffer.from(chunk as Buffer));
  };
  /** Awaits a call through as many async functions as an app may have around it. */
  const call = async (depth: number, name: string) => {
    const nested = async (left: number): Promise<unknown> =>
      left === 0 ? raw.peer.request("x") : nested(left - 1);
    seen.push(`${name} ${await nested(depth)}`);
  };
  return { ...raw, seen, write, call };
}

describe("the order of the wire", () => {
  const cuts: Cut[] = ["one chunk", "one chunk each", "single bytes"];
  const cases = cuts.flatMap((cut) => [0, 20].map((depth) => [cut, depth] as const));

  it.each(cases)("is that of the program: %s, %i awaits deep", async (cut, depth) => {
    for (const framing of [contentLength, ndjson]) {
      const { seen, write, call } = connect({ framing });
      void call(depth, "answer");
      write([NOTE, ANSWER, NOTE, ASK, NOTE], cut);
      await settle();
      expect(seen).toEqual(["note 1", "answer r1", "note 1", "ask", "note 1"]);
    }
  });

  it("holds within a batch, and after it", async () => {
    const { seen, write, call } = connect();
    void call(3, "answer");
    write([`[${NOTE},${ANSWER},${ASK},${NOTE}]`, NOTE], "one chunk");
    await settle();
    expect(seen).toEqual(["note 1", "answer r1", "ask", "note 1", "note 1"]);
  });

  it("holds for answers that come after what is held", async () => {
    const { seen, write, call } = connect();
    void call(3, "first");
    void call(0, "second");
    write([ANSWER, NOTE, SECOND, NOTE], "one chunk");
    await settle();
    expect(seen).toEqual(["first r1", "note 1", "second r2", "note 1"]);
  });

  it("holds for error answers and answers without a result", async () => {
    for (const answer of ['{"id":1,"error":{"code":1}}', '{"id":1}']) {
      const { peer, seen, write } = connect();
      const told = () => void seen.push("answer");
      void peer.request("x").then(told, told);
      write([answer, NOTE], "one chunk");
      await settle();
      expect(seen).toEqual(["answer", "note 1"]);
    }
  });

  it("lets the code that awaited an answer register for what comes right after", async () => {
    const { peer, write, saw } = connect();
    const seen: unknown[] = [];
    void peer.request("x").then(() => peer.onNotification("later", (params) => seen.push(params)));
    write([ANSWER, '{"method":"later","params":7}'], "one chunk");
    await settle();
    expect([seen, saw]).toEqual([[7], []]);
  });

  it("asks the filter when a message's turn comes", async () => {
    const { peer, seen, write, call } = connect();
    let wanted = false;
    filterMessages(peer, (body) => wanted || !body.includes('"n"'));
    void call(0, "answer").then(() => {
      wanted = true;
    });
    write([NOTE, ANSWER, NOTE, NOTE], "one chunk");
    await settle();
    expect(seen).toEqual(["answer r1", "note 1", "note 1"]);
  });

  it("holds up to the end of the connection, however it ends", async () => {
    for (const end of ["half-close", "close", "broken framing"] as const) {
      const { peer, seen, write, call, right } = connect();
      void call(2, "answer");
      write([ANSWER, NOTE, NOTE], "one chunk");
      if (end === "half-close") right.end();
      else if (end === "close") await right.close();
      else right.write(Buffer.from("nonsense\r\n\r\n"));
      const ended = peer.closed.then((reason) =>
        seen.push((reason as { code?: string })?.code ?? ""),
      );
      await ended;
      expect(seen).toEqual(["answer r1", "note 1", "note 1", "CONNECTION_CLOSED"]);
    }
  });

  it("drops what is held when this side closes", async () => {
    const { peer, seen, write } = connect();
    void peer.request("x").then(() => peer.close());
    write([ANSWER, NOTE, NOTE], "one chunk");
    await settle();
    expect(seen).toEqual([]);
  });

  it("has notifications alone handled at once", async () => {
    const { peer, write } = connect();
    let turns = 0;
    const seen: number[] = [];
    peer.onNotification("m", () => {
      seen.push(turns);
      process.nextTick(() => turns++);
    });
    write(['{"method":"m"}', '{"method":"m"}', '{"method":"m"}'], "one chunk");
    await settle();
    expect(seen).toEqual([0, 0, 0]);
  });
});
