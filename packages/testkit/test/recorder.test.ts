import { contentLength, encodeFrame, memoryTransportPair, Peer } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import {
  createFakeServer,
  loadRecording,
  maskSecrets,
  parseRecording,
  recordTransport,
  replayTransport,
} from "../src/index.js";

async function record() {
  const lines: string[] = [];
  await using server = createFakeServer();
  const write = (line: string) => lines.push(line);
  const client = new Peer(recordTransport(server.connect(), { write, secrets: ["s3cret"] }));
  const pong = await client.request("ping", { message: "my s3cret" });
  await client.request("session.create", {
    sessionId: "one",
    provider: { type: "openai", apiKey: "key-1", baseUrl: "http://127.0.0.1:1" },
  });
  await client.request("session.send", { sessionId: "one", prompt: "hi" });
  await expect.poll(() => lines.some((line) => line.includes("session.idle"))).toBe(true);
  await client.close();
  return { lines, pong };
}

describe("N9 record and replay", () => {
  test("secrets are masked, by text and by name; counts are not", async () => {
    const { lines, pong } = await record();
    expect(pong).toMatchObject({ message: "pong: my s3cret" });
    const text = lines.join("\n");
    expect(text).not.toContain("s3cret");
    expect(text).not.toContain("key-1");
    expect(maskSecrets({ gitHubToken: "x", promptTokens: 5, a: [{ token: "y" }] }, [])).toEqual({
      gitHubToken: "***",
      promptTokens: 5,
      a: [{ token: "***" }],
    });
  });

  test.each([
    "OPENAI_API_KEY",
    "GITHUB_PAT",
    "AWS_SECRET_ACCESS_KEY",
    "x-api-key",
    "api-key",
    "apiKey",
    "Authorization",
    "accessTokens",
    "set-cookie",
    "DB_PASSWORD",
  ])("%s is the name of a secret, of a list of them too", (name) => {
    expect(maskSecrets({ [name]: "x" }, [])).toEqual({ [name]: "***" });
    expect(maskSecrets({ [name]: ["x", "y"] }, [])).toEqual({ [name]: ["***", "***"] });
    // A number of tokens is a count.
    const five = /tokens?$/i.test(name) ? 5 : "***";
    expect(maskSecrets({ [name]: 5 }, [])).toEqual({ [name]: five });
    expect(maskSecrets({ [name]: true }, [])).toEqual({ [name]: true });
  });

  test("secrets that overlap, in names of members, and in JSON inside of texts", () => {
    expect(maskSecrets("abcdef abc", ["abc", "abcdef"])).toBe("*** ***");
    expect(maskSecrets({ "to abc": 1 }, ["abc"])).toEqual({ "to ***": 1 });
    const secret = 'a"b\nc';
    const once = JSON.stringify({ secret: `my ${secret}` });
    const shown = JSON.stringify(maskSecrets({ once, twice: JSON.stringify(once) }, [secret]));
    expect(shown.replaceAll("\\", "")).not.toContain('a"bnc');
    for (const name of ["compat", "key", "tokenizer", "KEYBOARD"]) {
      expect(maskSecrets({ [name]: "x" }, [])).toEqual({ [name]: "x" });
    }
  });

  test("bytes that are no message pass on as they are, large ones too", async () => {
    const lines: string[] = [];
    const [near, far] = memoryTransportPair();
    const recorded = recordTransport(near, { write: (line) => lines.push(line) });
    let received = 0;
    const sink = { drain() {}, close() {} };
    recorded.open({ ...sink, data: (chunk) => (received += chunk.length) });
    far.open({ ...sink, data: (chunk) => (received += chunk.length) });
    let sent = 0;
    const both = (chunk: Uint8Array) => {
      for (const end of [recorded, far]) end.write(chunk);
      sent += 2 * chunk.length;
    };
    both(encodeFrame(contentLength, "no json"));
    both(encodeFrame(contentLength, "null"));
    both(encodeFrame(contentLength, JSON.stringify({ method: "large", params: "x".repeat(7e7) })));
    both(Buffer.from("Content-Length: none\r\n\r\n"));
    both(encodeFrame(contentLength, '{"method":"after"}'));
    await expect.poll(() => received).toBe(sent);
    expect(lines.map((line) => JSON.parse(line).message.method)).toEqual(["large", "large"]);
  });

  test("a replay gives the same answers and events, whatever the ids", async () => {
    const { lines } = await record();
    const recording = parseRecording(lines.join("\n"));
    const transport = replayTransport(recording, { secrets: ["s3cret"] });
    const client = new Peer(transport);
    const types: unknown[] = [];
    client.onNotification("session.event", (params) => {
      types.push((params as { event: { type: string } }).event.type);
    });
    expect(await client.request("ping", { message: "my s3cret" })).toMatchObject({
      message: "pong: my ***",
    });
    await client.request("session.create", {
      sessionId: "one",
      provider: { type: "openai", apiKey: "another", baseUrl: "http://127.0.0.1:1" },
    });
    expect(transport.unsent.length).toBe(1);
    await client.request("session.send", { sessionId: "one", prompt: "hi" });
    await expect.poll(() => types.at(-1)).toBe("session.idle");
    expect(types[0]).toBe("session.start");
    expect(transport.unsent).toEqual([]);
    await client.close();
  });

  test("what is not in it fails, and so does a recording that is not there", async () => {
    const { lines } = await record();
    const client = new Peer(replayTransport(parseRecording(lines.join("\n"))));
    await expect(client.request("models.list", {})).rejects.toMatchObject({
      code: "CONNECTION_CLOSED",
      message: expect.stringContaining("models.list"),
    });
    await expect(loadRecording("nowhere.jsonl")).rejects.toThrow("no recording nowhere.jsonl");
    expect(() => parseRecording('{"direction":"in"}\n', "it")).toThrow("it, line 1");
    expect(() => parseRecording("no json", "it")).toThrow("it, line 1");
  });
});
