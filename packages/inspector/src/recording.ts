import type { WireMessage } from "./frame-reader.js";
import { InspectorError } from "./inspector-error.js";
import type { Frame } from "./protocol.js";
import type { ProtocolName } from "./protocols.js";

/** One line of a recording, as the test kit's `recordTransport` writes it. */
export interface RecordedMessage {
  readonly direction: "in" | "out";
  readonly atMs: number;
  readonly message: WireMessage;
}

/**
 * Reads a recording.
 *
 * @throws {@link InspectorError} `BAD_RECORDING` that names the line that is none of a recording.
 */
export function parseRecording(text: string, name = "The recording"): RecordedMessage[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const entry = parse(line);
    const known = entry?.direction === "in" || entry?.direction === "out";
    if (known && typeof entry.message === "object" && entry.message !== null) {
      return [{ atMs: 0, ...entry } as RecordedMessage];
    }
    throw new InspectorError("BAD_RECORDING", `${name}, line ${index + 1}: no recorded message.`, {
      remedy: 'Each line is {"direction": "in" or "out", "atMs": 0, "message": {...}}.',
    });
  });
}

function parse(line: string): Partial<RecordedMessage> | undefined {
  try {
    return (JSON.parse(line) as Partial<RecordedMessage> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Writes frames as a recording. Their secrets are masked already. */
export function toRecording(frames: readonly Frame[]): string {
  const began = frames[0]?.at ?? 0;
  const lines = frames.map(
    ({ direction, at, text }) =>
      `{"direction":"${direction}","atMs":${Math.round(at - began)},"message":${text}}\n`,
  );
  return lines.join("");
}

/** The protocol that a recording is most likely of, by the methods in it. */
export function protocolOf(messages: readonly RecordedMessage[]): ProtocolName {
  const methods = messages.map(({ message }) => message.method ?? "");
  if (methods.some((method) => method.startsWith("thread/") || method === "initialized"))
    return "codex";
  if (methods.some((method) => /^session\/|^authenticate$/.test(method))) return "acp";
  if (methods.some((method) => /^(tools|resources|prompts|notifications)\//.test(method)))
    return "mcp";
  return "copilot";
}

/** A test of a program that replays the recording by the test kit. */
export function toTest(protocol: string): string {
  return `import { contentLength, ndjson, Peer, wireOptions } from "@stubwright/rpc";
import { protocol } from "@stubwright/${protocol}-protocol/descriptor";
import { loadRecording, replayTransport } from "@stubwright/testkit";
import { expect, test } from "vitest";

const framing = protocol.wire.framing === "ndjson" ? ndjson : contentLength;

test("the server answers as it was recorded", async () => {
  const recording = await loadRecording(new URL("recording.jsonl", import.meta.url).pathname);
  const transport = replayTransport(recording, { framing });
  const peer = new Peer(transport, wireOptions(protocol));
  const answers = new Map(
    recording.flatMap(({ direction, message }) =>
      direction === "in" && message.method === undefined ? [[message.id, message] as const] : [],
    ),
  );
  for (const { direction, message } of recording) {
    if (direction !== "out" || message.method === undefined) continue;
    if (message.id === undefined) {
      await peer.notify(message.method, message.params);
      continue;
    }
    const answer = answers.get(message.id);
    if (answer === undefined) continue;
    const call = peer.request(message.method, message.params);
    if (answer.error === undefined) expect(await call).toEqual(answer.result);
    else await expect(call).rejects.toMatchObject({ code: (answer.error as { code: number }).code });
  }
  await peer.close();
});
`;
}
