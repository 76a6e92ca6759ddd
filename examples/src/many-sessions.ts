// Several conversations at once, in one runtime.
import { CopilotClient } from "@stubwright/copilot";
import { openSetting } from "./support/setting.js";

const HELP = `Ask several questions at once, each in a session of its own, and print answers as they come.

Usage: node examples/dist/many-sessions.js [--offline] [question ...]`;

await using setting = await openSetting(HELP, ({ messages }) => {
  const question = JSON.stringify(messages.at(-1)?.content);
  const city = ["Lisbon", "Oslo", "Quito"].find((name) => question.includes(name));
  return { text: `${city} is a capital.`, delayMs: 50 };
});
const questions =
  setting.args.length > 0
    ? setting.args
    : ["Is Lisbon a capital?", "Is Oslo a capital?", "Is Quito a capital?"];

await using client = new CopilotClient(setting.client);
await Promise.all(
  questions.map(async (question) => {
    await using session = await client.createSession(setting.session);
    let events = 0;
    session.on(() => {
      events += 1;
    });
    const answer = await session.sendAndWait(question);
    console.log(`${question} ${answer?.data.content} (${events} events)`);
  }),
);
