import { describe, expect, it } from "vitest";
import { contentLength, encodeFrame, type Framing, ndjson } from "../src/index.js";
import { rawPeer, settle } from "./pair.js";

const connect = (framing: Framing, role?: "client" | "server") => {
  const raw = rawPeer({ framing, ...(role && { role }) });
  const send = (text: string) => raw.right.write(encodeFrame(framing, text));
  return { ...raw, send };
};

describe.each([contentLength, ndjson])("what servers send, $name", (framing) => {
  it.each([
    ['{"id":1,"result":7,"method":null,"error":null}', 7],
    ['{"id":1,"result":7,"params":null,"jsonrpc":"1.0","extra":[]}', 7],
    ['{"id":"1","result":7}', 7],
    ['{"id":1.0,"result":7}', 7],
    ['{"id":1,"result":null}', null],
    ['{"id":1}', undefined],
    ['{"id":"1"}', undefined],
    ['{"id":1,"error":null}', undefined],
    ['{"id":1,"method":null}', undefined],
    ['[{"id":1,"result":7}]', 7],
  ])("%s is the answer", async (body, result) => {
    const { peer, send, saw, sent } = connect(framing);
    const call = peer.request("x");
    send(body);
    expect(await call).toBe(result);
    await settle();
    expect(saw).toEqual([]);
    expect(sent().length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['{"id":1,"error":{"code":-5},"result":null}', -5, "x failed with code -5"],
    ['{"id":"1","error":{"code":-5,"message":"m"}}', -5, "m"],
    ['{"id":1,"error":"odd"}', -32603, "odd"],
    ['{"id":1,"error":{"code":"E","message":1}}', -32603, "x failed with code -32603"],
    ['{"id":1,"error":7,"method":null}', -32603, "x failed with code -32603"],
  ])("%s is an error", async (body, code, message) => {
    const { peer, send } = connect(framing);
    const call = peer.request("x");
    send(body);
    await expect(call).rejects.toMatchObject({ code, message });
  });

  it.each(['"01"', '"1 "', '"1e0"', '""', '" "', "true", "[1]", "{}", "1.5"])(
    "the id %s is none of ours",
    async (id) => {
      const { peer, send } = connect(framing);
      const call = peer.request("x");
      send(`{"id":${id},"result":"wrong"}`);
      send('{"id":1,"result":"right"}');
      expect(await call).toBe("right");
    },
  );

  const LINES = ["listening on port 7", "7", "null", '"text"', "{}", "[]", '{"id":null}', "[1]"];

  it.each(LINES)("a client reports %j and writes nothing back", async (line) => {
    const { peer, send, saw, sentText } = connect(framing);
    const call = peer.request("x");
    await settle();
    const before = sentText();
    send(line);
    send('{"id":1,"result":7}');
    expect(await call).toBe(7);
    await settle();
    expect(sentText()).toBe(before);
    expect(saw).toMatchObject([{ kind: "badMessage", excerpt: line }]);
  });

  it("quotes in the error of the end what came last and was no message", async () => {
    const { peer, send, right } = connect(framing);
    const call = peer.request("x").catch((error: Error) => error.message);
    send("error: token=ghp_0123456789abcdefghijABCDEFGHIJ012345 is bad");
    send("    at main");
    await right.close();
    const text = await call;
    expect(text).toMatch(/^The connection is closed: .*\. What came last is no message: "error: /);
    expect(text).not.toMatch(/ghp_|at main/);
  });

  it.each([
    ["a message came after it", '{"method":"n"}', false],
    ["it was asked for", undefined, true],
  ])("quotes nothing where %s", async (_, after, asked) => {
    const { peer, send, right } = connect(framing);
    const call = peer.request("x").catch((error: Error) => error.message);
    send("a banner");
    if (after !== undefined) send(after);
    await settle();
    await (asked ? peer.close() : right.close());
    expect(await call).not.toMatch(/banner/);
  });

  it.each(LINES)("a server answers %j as JSON-RPC says", async (line) => {
    const { send, sentText } = connect(framing, "server");
    send(line);
    await settle();
    const text = sentText();
    const answer = JSON.parse(text.slice(text.search(/[[{]/)));
    const json = !/^(listening|\s)/.test(line);
    const refusal = { jsonrpc: "2.0", id: null, error: { code: json ? -32600 : -32700 } };
    expect(answer).toMatchObject(line === "[1]" ? [refusal] : refusal);
  });
});

describe("ids are of one direction", () => {
  it("has no error answered under an id that the other side may have used for its own call", async () => {
    const { peer, send, sent, saw } = rawPeer({ role: "server" });
    const call = peer.request("x", {}, { timeoutMs: 5 });
    await expect(call).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    send('{"jsonrpc":"2.0","id":1}');
    send('{"jsonrpc":"2.0","id":2}');
    await settle();
    expect(sent()).toMatchObject([{ method: "x" }, { id: null, error: { code: -32600 } }]);
    expect(saw.map(({ kind }) => kind)).toEqual(["lateResponse", "badMessage"]);
  });

  it("answers a request whose id one of our calls has, and settles that call", async () => {
    const { peer, send, sent } = rawPeer();
    peer.onRequest("y", () => "ours");
    const call = peer.request("x");
    send('{"id":1,"method":"y"}');
    send('{"id":1,"result":"theirs"}');
    expect(await call).toBe("theirs");
    await settle();
    expect(sent()).toMatchObject([{ method: "x" }, { id: 1, result: "ours" }]);
  });
});

describe("params", () => {
  class Money {
    toJSON() {
      return "7 EUR";
    }
  }

  it.each([5, 0, "", "text", true, null, 1n, Symbol("s"), () => {}, new Date(), new Money()])(
    "that are no object or array are refused before anything is sent: %s",
    async (params) => {
      const { peer, sent } = rawPeer();
      const error = { code: "INVALID_PARAMS", message: expect.stringContaining("params of x") };
      await expect(peer.request("x", params)).rejects.toMatchObject(error);
      await expect(peer.notify("x", params)).rejects.toMatchObject(error);
      await settle();
      expect(sent()).toEqual([]);
      expect(peer.calls.pending).toBe(0);
    },
  );

  it.each([[undefined], [{}], [[]], [{ toJSON: () => [1] }]])("may be %j", async (params) => {
    const { peer, sent } = rawPeer();
    await peer.notify("x", params);
    await settle();
    expect(sent()).toHaveLength(1);
  });
});
