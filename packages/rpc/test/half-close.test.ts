import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket, createServer } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import {
  contentLength,
  encodeFrame,
  memoryTransportPair,
  Peer,
  type PeerOptions,
  spawnTransport,
  streamTransport,
  type Transport,
} from "../src/index.js";
import { collect, rawPeer, settle } from "./pair.js";

const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The other side: what it sends, how it ends its writing, and what it got until the end. */
interface Far {
  write(body: string): void;
  end(): void;
  readonly received: Promise<string>;
}

async function overMemory(): Promise<[Transport, Far]> {
  const [near, far] = memoryTransportPair();
  let text = "";
  const received = new Promise<string>((resolve) => {
    far.open({
      data: (chunk) => (text += Buffer.from(chunk)),
      drain() {},
      end: () => resolve(text),
      close: () => resolve(text),
    });
  });
  return [near, { write: (body) => far.write(frame(body)), end: () => far.end(), received }];
}

async function overTcp(): Promise<[Transport, Far]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const far = connectSocket({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [near] = await once(server, "connection");
  ends.push(() => {
    far.destroy();
    near.destroy();
    server.close();
  });
  return [streamTransport(near, near), overStreams(far, far)];
}

async function overStdio(): Promise<[Transport, Far]> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  return [streamTransport(stdin, stdout), overStreams(stdout, stdin)];
}

function overStreams(readable: NodeJS.ReadableStream, writable: NodeJS.WritableStream): Far {
  const received = (async () => {
    let text = "";
    for await (const chunk of readable) text += chunk;
    return text;
  })();
  return { write: (body) => writable.write(frame(body)), end: () => writable.end(), received };
}

const frame = (body: string) => encodeFrame(contentLength, body);
const bodies = (text: string) =>
  text
    .split(/Content-Length: \d+\r\n\r\n/)
    .slice(1)
    .map((body) => JSON.parse(body));

describe.each([
  ["memory", overMemory],
  ["TCP", overTcp],
  ["stdio", overStdio],
])("a half-close over %s", (_, open) => {
  async function serve(options: PeerOptions = {}) {
    const [transport, far] = await open();
    const peer = new Peer(transport, options);
    peer.onRequest("slow", () => sleep(60, "slow"));
    peer.onRequest("slower", () => sleep(120, "slower"));
    peer.onRequest("hang", () => new Promise(() => {}));
    return { peer, far, saw: collect(peer) };
  }
  const cause = { code: "CONNECTION_CLOSED", cause: { code: "REMOTE_CLOSED" } };

  it("leaves requests that had come their answers, then closes", async () => {
    const { peer, far, saw } = await serve();
    far.write('{"id":1,"method":"slow"}');
    far.write('[{"id":2,"method":"slower"},{"id":3,"method":"slow"}]');
    far.end();
    expect(bodies(await far.received)).toMatchObject([
      { id: 1, result: "slow" },
      [
        { id: 2, result: "slower" },
        { id: 3, result: "slow" },
      ],
    ]);
    expect(await peer.closed).toMatchObject(cause);
    expect(saw).toEqual([]);
  });

  it("ends our open calls at once, and refuses new ones", async () => {
    const { peer, far } = await serve();
    const call = peer.request("never").catch((error) => error);
    far.write('{"id":1,"method":"slow"}');
    far.end();
    const error = await call;
    expect(error).toMatchObject(cause);
    await expect(peer.request("late")).rejects.toBe(error);
    // What needs no answer is still sent.
    await peer.notify("last", {});
    const sent = bodies(await far.received);
    expect(sent.map(({ method, id }) => method ?? id)).toEqual(["never", "last", 1]);
    await expect(peer.notify("later", {})).rejects.toBe(await peer.closed);
  });

  it("closes at once when nothing is to be answered", async () => {
    const { peer, far } = await serve();
    const began = performance.now();
    far.end();
    expect(await peer.closed).toMatchObject(cause);
    expect(await far.received).toBe("");
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("waits for handlers no longer than halfCloseTimeoutMs", async () => {
    const { peer, far, saw } = await serve({ halfCloseTimeoutMs: 150 });
    far.write('{"id":1,"method":"hang"}');
    far.write('{"id":2,"method":"slow"}');
    far.end();
    expect(bodies(await far.received)).toMatchObject([{ id: 2, result: "slow" }]);
    expect(await peer.closed).toMatchObject(cause);
    expect(saw).toEqual([{ kind: "lostAnswer", method: "hang", id: 1 }]);
  });

  it("does not keep close() waiting", async () => {
    const { peer, far } = await serve();
    far.write('{"id":1,"method":"hang"}');
    far.end();
    await sleep(20);
    await peer.close();
    expect(await far.received).toBe("");
    expect(await peer.closed).toBeUndefined();
  });
});

it("leaves no timer behind", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const [transport, far] = await overMemory();
  const peer = new Peer(transport);
  let answer: (value: unknown) => void = () => {};
  peer.onRequest("open", () => new Promise((resolve) => (answer = resolve)));
  far.write('{"id":1,"method":"open"}');
  far.end();
  await settle();
  expect(timers()).toBe(before + 1);
  answer(1);
  await peer.closed;
  expect(timers()).toBe(before);
});

const run = promisify(execFile);

describe("a half-close between programs", () => {
  it("leaves a server on stdio its answers when its stdin ends, and ends it", async () => {
    const program = fileURLToPath(new URL("fixtures/slow-server.ts", import.meta.url));
    const flags = ["--conditions=@stubwright/source", "--import", import.meta.resolve("tsx")];
    const running = run(process.execPath, [...flags, program], { timeout: 15_000 });
    running.child.stdin?.end(
      Buffer.concat([frame('{"id":1,"method":"slow"}'), frame('{"id":2,"method":"slow"}')]),
    );
    const { stdout } = await running;
    expect(bodies(stdout)).toMatchObject([
      { id: 1, result: "slow" },
      { id: 2, result: "slow" },
    ]);
  });

  it("leaves a program that closed its stdout the answers to what it asked", async () => {
    // Asks, closes its stdout, and exits with the number of the answer that it reads from its stdin.
    const source = `
      const body = '{"id":1,"method":"number"}';
      process.stdout.end("Content-Length: " + body.length + "\\r\\n\\r\\n" + body, () => {
        require("fs").closeSync(1);
        let text = "";
        process.stdin.on("data", (chunk) => {
          text += chunk;
          const result = /"result":(\\d+)/.exec(text);
          if (result) process.exit(Number(result[1]));
        });
      });`;
    const transport = spawnTransport({ command: process.execPath, args: ["-e", source] });
    const peer = new Peer(transport);
    peer.onRequest("number", () => sleep(50, 7));
    const call = peer.request("never").catch((error) => error.code);
    expect(await transport.exited).toMatchObject({ exitCode: 7 });
    expect(await call).toBe("CONNECTION_CLOSED");
    await peer.close();
  });
});

it("answers all that came before the other side's end, also what was held behind answers", async () => {
  const { peer, right, sent } = rawPeer();
  peer.onRequest("echo", (params) => params);
  const calls = Promise.all([peer.request("first"), peer.request("second")]);
  await settle();
  // What follows an answer waits its turn; what follows the second waits twice, the end too.
  const bodies = [
    '{"id":1,"result":"one"}',
    '{"id":"a","method":"echo","params":[1]}',
    '{"id":2,"result":"two"}',
    '{"id":"b","method":"echo","params":[2]}',
  ];
  right.write(Buffer.concat(bodies.map((body) => encodeFrame(contentLength, body))));
  right.end();
  expect(await calls).toEqual(["one", "two"]);
  await peer.closed;
  await settle();
  expect(sent().slice(2)).toMatchObject([
    { id: "a", result: [1] },
    { id: "b", result: [2] },
  ]);
});
