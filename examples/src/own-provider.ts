// A model provider of your own, with a token that is made anew for every request.
import { CopilotClient } from "@stubwright/copilot";
import { openSetting } from "./support/setting.js";

const HELP = `Ask a model that you host, with a bearer token for each request.

Usage: node examples/dist/own-provider.js [--offline] [question]`;

await using setting = await openSetting(HELP, ({ headers }) => ({
  text: headers.authorization?.startsWith("Bearer token-") ? "You may pass." : "Who are you?",
}));
const { provider, model } = setting.session;
if (!provider) {
  console.error("This example needs a model: set MODEL_URL, or use --offline. See --help.");
  process.exit(2);
}
const [question = "May I pass?"] = setting.args;

let tokens = 0;
await using client = new CopilotClient(setting.client);
await using session = await client.createSession({
  ...(model !== undefined && { model }),
  provider: {
    ...provider,
    // Here a library of your cloud would give the token, and keep it for as long as it lasts.
    bearerTokenProvider: async ({ providerName, sessionId }) => {
      tokens += 1;
      console.log(`[token ${tokens} for provider ${providerName} of session ${sessionId}]`);
      return `token-${tokens}`;
    },
  },
});
const answer = await session.sendAndWait(question);
console.log(answer?.data.content);
