import { parseArgs } from "node:util";
import type { CopilotClientOptions, SessionConfig } from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type ModelScript,
  startScriptedModel,
} from "@stubwright/testkit";

/** What an example runs with: options of its client, and the model for its sessions. */
export interface Setting extends AsyncDisposable {
  readonly client: CopilotClientOptions;
  readonly session: Pick<SessionConfig, "model" | "provider">;
  /** The arguments that are no options. */
  readonly args: readonly string[];
}

const OPTIONS_HELP = `
Run it in the root of the repository, after \`npx -y pnpm build\`.

Options
  --offline   use a scripted model instead of a real one: no account, no network
  --help      show this

Environment
  MODEL_URL      base URL of an OpenAI-compatible model, such as http://127.0.0.1:11434/v1
  MODEL_NAME     name of the model there
  MODEL_API_KEY  key for it, if it wants one

Without --offline and MODEL_URL, the models of your GitHub Copilot account are used.`;

/**
 * Reads an example's arguments and environment. Ends the process for `--help` and for options that
 * there are not.
 *
 * @param help - What the example does, and how it is called.
 * @param script - What the model says with `--offline`.
 */
export async function openSetting(help: string, script: ModelScript): Promise<Setting> {
  const { values, positionals } = readArguments(help);
  if (values.help) {
    console.log(`${help}\n${OPTIONS_HELP}`);
    process.exit(0);
  }
  if (values.offline) return offline(script, positionals);
  const { MODEL_URL: baseUrl, MODEL_NAME: model = "default", MODEL_API_KEY: apiKey } = process.env;
  const provider = baseUrl && { type: "openai" as const, baseUrl, ...(apiKey && { apiKey }) };
  return {
    client: {},
    session: provider ? { model, provider } : {},
    args: positionals,
    [Symbol.asyncDispose]: async () => {},
  };
}

function readArguments(help: string) {
  const options = { offline: { type: "boolean" }, help: { type: "boolean" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}\n${OPTIONS_HELP}`);
    return process.exit(2);
  }
}

async function offline(script: ModelScript, args: string[]): Promise<Setting> {
  const environment = await createIsolatedEnvironment();
  const model = await startScriptedModel(script);
  return {
    client: { env: environment.env, cwd: environment.folder },
    session: { model: model.model, provider: model.provider },
    args,
    [Symbol.asyncDispose]: async () => {
      await model.close();
      await environment.remove();
    },
  };
}
