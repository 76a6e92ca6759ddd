// The client from CommonJS: Node 20.19 and newer can require it.
const { parseArgs } = require("node:util");
const { CopilotClient } = require("@stubwright/copilot");
const { createIsolatedEnvironment, startScriptedModel } = require("@stubwright/testkit");

const HELP = `Ask the agent one question from a CommonJS program.

Usage: node examples/src/require.cjs [--offline] [question]

Run it in the root of the repository, after \`npx -y pnpm build\`.
Without --offline, the models of your GitHub Copilot account are used.`;

const { values, positionals } = readArguments();
if (values.help) console.log(HELP);
else
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });

function readArguments() {
  const options = { offline: { type: "boolean" }, help: { type: "boolean" } };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    return process.exit(2);
  }
}

async function main() {
  const [question = "Are you there?"] = positionals;
  const { offline } = values;
  const environment = offline ? await createIsolatedEnvironment() : undefined;
  const model = offline ? await startScriptedModel([{ text: "I am here." }]) : undefined;
  const client = new CopilotClient(
    environment ? { env: environment.env, cwd: environment.folder } : {},
  );
  try {
    const config = model ? { model: model.model, provider: model.provider } : {};
    const session = await client.createSession(config);
    const answer = await session.sendAndWait(question);
    console.log(answer?.data.content);
  } finally {
    await client.stop();
    await model?.close();
    await environment?.remove();
  }
}
