// The client from CommonJS: Node 20.19 and newer can require it.
const { CopilotClient } = require("@stubwright/copilot");
const { createIsolatedEnvironment, startScriptedModel } = require("@stubwright/testkit");

const HELP = `Ask the agent one question from a CommonJS program.

Usage: node examples/src/require.cjs [--offline] [question]

Run it in the root of the repository, after \`npx -y pnpm build\`.
Without --offline, the models of your GitHub Copilot account are used.`;

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg.startsWith("-") && !["--offline", "--help"].includes(arg));
if (unknown) {
  console.error(`Unknown option '${unknown}'\n\n${HELP}`);
  process.exitCode = 2;
} else if (args.includes("--help")) console.log(HELP);
else
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });

async function main() {
  const [question = "Are you there?"] = args.filter((arg) => arg !== "--offline");
  const offline = args.includes("--offline");
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
