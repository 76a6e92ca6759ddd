import { channel } from "node:diagnostics_channel";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CopilotClient } from "@stubwright/copilot";
import { CHANNELS, type FrameEvent } from "@stubwright/rpc";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";

/** The id of the recorded session; whoever replays it creates a session of this id. */
export const RECORDED_SESSION = "recorded-session";

const ANSWER = "The quick brown fox jumps over the lazy dog, and nobody minds. ".repeat(6);

/**
 * Records what the real runtime sends during a session of two turns, against a scripted model on
 * loopback: one `session.event` or `session.lifecycle` notification a line, as its bytes were.
 */
export async function recordSession(file: string): Promise<void> {
  const frames: string[] = [];
  const record = (event: unknown) => {
    const { direction, body } = event as FrameEvent;
    const text = body.toString();
    if (direction === "in" && text.includes('"method":"session.')) frames.push(text);
  };
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel([{ text: ANSWER }, { text: ANSWER }]);
  channel(CHANNELS.frame).subscribe(record);
  try {
    await using client = new CopilotClient({ env: environment.env, cwd: environment.folder });
    const session = await client.createSession({
      sessionId: RECORDED_SESSION,
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
