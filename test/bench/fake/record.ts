import { channel } from "node:diagnostics_channel";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CopilotClient } from "@stubwright/copilot";
import { CHANNELS, type FrameEvent } from "@stubwright/rpc";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";

const ANSWER = "The quick brown fox jumps over the lazy dog, and nobody minds. ";

/**
 * Records what the real runtime sends during a session of two turns, against a scripted model on
 * loopback: one notification a line, as its bytes were. Chunks are as long as a hosted model's.
 */
export async function recordSession(sessionId: string, file: string): Promise<void> {
  const frames: string[] = [];
  const record = (event: unknown) => {
    const { direction, body } = event as FrameEvent;
    const text = body.toString();
    if (direction === "in" && text.includes('"method":"session.')) frames.push(text);
  };
  const text = Array.from({ length: 10 }, () => ANSWER);
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel([{ text }, { text }]);
  channel(CHANNELS.frame).subscribe(record);
  try {
    const { env, folder } = environment;
    await using client = new CopilotClient({ env, workingDirectory: folder });
    const session = await client.createSession({
      sessionId,
      model: model.model,
      provider: model.provider,
      streaming: true,
    });
    await session.sendAndWait("Tell me about the fox.");
    await session.sendAndWait("Tell me again.");
  } finally {
    channel(CHANNELS.frame).unsubscribe(record);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${frames.join("\n")}\n`);
}
