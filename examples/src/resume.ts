// A conversation outlives the program: the second client starts a new runtime and goes on.
import { CopilotClient } from "@stubwright/copilot";
import { openSetting } from "./support/setting.js";

const HELP = `Tell the agent something, end the runtime, start a new one, and ask what it was.

Usage: node examples/dist/resume.js [--offline]`;

await using setting = await openSetting(HELP, ({ messages }) => {
  const all = JSON.stringify(messages);
  const asked = all.includes("What is my number");
  if (!asked) return { text: "I will remember it." };
  return { text: all.includes("number is 42") ? "Your number is 42." : "I do not know." };
});

const first = new CopilotClient(setting.client);
const { sessionId } = await ask(first, "My number is 42.");
for (const error of await first.stop()) console.error(error);
console.log(`The runtime has ended; session ${sessionId} is stored.`);

const second = new CopilotClient(setting.client);
await ask(second, "What is my number?", sessionId);
for (const error of await second.stop()) console.error(error);

/** Asks in a new session, or in one that is stored. The provider is never stored. */
async function ask(client: CopilotClient, prompt: string, stored?: string) {
  const session = stored
    ? await client.resumeSession(stored, setting.session)
    : await client.createSession(setting.session);
  const answer = await session.sendAndWait(prompt);
  console.log(`you>   ${prompt}\nagent> ${answer?.data.content}`);
  return session;
}
