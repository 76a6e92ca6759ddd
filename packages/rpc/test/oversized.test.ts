import { describe, expect, it } from "vitest";
import { contentLength, encodeFrame, type Framing, ndjson } from "../src/index.js";
import { readHead } from "../src/oversized.js";
import { rawPeer, settle } from "./pair.js";

describe("the head of a message", () => {
  it.each([
    ['{"jsonrpc":"2.0","id":7,"result":"xxxx', { id: 7, answers: true }],
    ['{"jsonrpc":"2.0","id":"a\\"b","error":{"code":1', { id: 'a"b', answers: true }],
    ['\n { "result" : {"id":1,"s":"}{\\"]["} , "id" : 3 }', { id: 3, answers: true }],
    ['{"id":4,"method":"x","params":[[', { id: 4, answers: false }],
    ['{"params":{"result":1},"id":5,"method":"x"}', { id: 5, answers: false }],
    ['{"method":"note","params":{"id":1', { answers: false }],
    ['{"result":{"id":1,"x":"}', { answers: true }],
    ['{"id":1}Content-Length: 2\r\n\r\n{"result":1', { id: 1 }],
    ['{"id":{"id":2},"result":1}', { answers: true }],
    ['{"id":6,"x":},"result":1}', { id: 6 }],
    ['{"x":[{"y":[1]},{}],"id":8,"method":"x"', { id: 8, answers: false }],
    ['{"x":{"result":1},"id":-1.5e3,"error":null}', { id: -1500, answers: true }],
    ['{"id":12', {}],
    ['{"id":1.2.3,"result":1}', { answers: true }],
    ['[{"id":1,"result":2}]', {}],
    ["xxxx", {}],
    ["", {}],
  ])("tells of %j", (text, want) => {
    expect(readHead(Buffer.from(text))).toEqual(want);
  });
});

describe.each([contentLength, ndjson])("a message that is too large, $name", (framing: Framing) => {
  const big = "x".repeat(10_000);
  const raw = () => {
    const peer = rawPeer({ framing, limits: { maxFrameBytes: 5_000 } });
    return { ...peer, send: (body: string) => peer.right.write(encodeFrame(framing, body)) };
  };

  it("fails the call that it answers, alone, and the connection goes on", async () => {
    const { peer, send, saw } = raw();
    const first = peer.request("big").catch((error) => error);
    const second = peer.request("small");
    send(`{"jsonrpc":"2.0","id":1,"result":"${big}"}`);
    send('{"jsonrpc":"2.0","id":2,"result":"small"}');
    expect(await first).toMatchObject({ code: "FRAME_TOO_LARGE" });
    expect(await second).toBe("small");
    expect(saw).toEqual([]);
    await peer.close();
  });

  it("is refused when it is a request, and reported when nobody is concerned", async () => {
    const { peer, send, saw, sentText } = raw();
    send(`{"jsonrpc":"2.0","id":1,"method":"x","params":"${big}"}`);
    send(`{"jsonrpc":"2.0","method":"note","params":"${big}"}`);
    await settle();
    expect(sentText()).toContain('"id":1');
    expect(sentText().match(/-32600/g)).toHaveLength(1);
    const error = { code: "FRAME_TOO_LARGE" };
    expect(saw).toMatchObject([
      { kind: "badMessage", error },
      { kind: "badMessage", error },
    ]);
    await peer.close();
  });
});
