import { join } from "node:path";
import type { IsolatedEnvironment, ModelRequest, ScriptedModel } from "@stubwright/testkit";
import { type PackagedProgram, packagedProgram } from "../../scripts/packaged-program.js";

/** A program to start for a peer. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** An agent that speaks ACP over stdio. */
export interface Agent {
  readonly name: string;
  readonly program: PackagedProgram;
  start(path: string, model: ScriptedModel, home: IsolatedEnvironment): Command;
}

const platform = `${process.platform}-${process.arch}`;

/** The agents that the ACP client is tried against. */
export const AGENTS: readonly Agent[] = [
  {
    name: "copilot",
    program: {
      name: `@github/copilot-${platform}`,
      version: "1.0.102",
      folder: "1.0.102",
      program: "copilot",
    },
    start: (command, model, { env, folder }) => ({
      command,
      args: ["--acp"],
      env: {
        ...env,
        COPILOT_OFFLINE: "true",
        COPILOT_PROVIDER_BASE_URL: model.url,
        COPILOT_MODEL: model.model,
      },
      cwd: folder,
    }),
  },
  {
    name: "opencode",
    program: {
      name: `opencode-${platform}`,
      version: "1.18.33",
      folder: "opencode-1.18.33",
      program: join("bin", "opencode"),
    },
    start: (command, model, { env, folder }) => ({
      command,
      args: ["acp"],
      env: { ...env, OPENCODE_CONFIG_CONTENT: JSON.stringify(openCodeConfig(model)) },
      cwd: folder,
    }),
  },
  {
    name: "codex-acp",
    program: {
      name: `@zed-industries/codex-acp-${platform}`,
      version: "0.16.0",
      folder: "codex-acp-0.16.0",
      program: join("bin", "codex-acp"),
    },
    start: (command, model, { env, folder }) => ({
      command,
      args: codexArguments(model),
      env: { ...env, CODEX_HOME: folder },
      cwd: folder,
    }),
  },
];

/** The settings by which Codex uses a scripted model. */
export function codexArguments({ url, model }: ScriptedModel): string[] {
  const provider = `{name="scripted",base_url="${url}",wire_api="responses"}`;
  const settings = {
    model: `"${model}"`,
    model_provider: '"scripted"',
    "model_providers.scripted": provider,
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function openCodeConfig({ url, model }: ScriptedModel) {
  const options = { baseURL: url, apiKey: "scripted-key" };
  const models = { [model]: { name: model } };
  return {
    autoupdate: false,
    share: "disabled",
    permission: { bash: "ask", edit: "ask" },
    model: `scripted/${model}`,
    provider: { scripted: { npm: "@ai-sdk/openai-compatible", name: "scripted", options, models } },
  };
}

/** The path of an agent's program, downloaded if need be. */
export function pathOf(program: PackagedProgram): Promise<string> {
  return packagedProgram(program, (text) => console.log(`… ${text}`));
}

const SHELLS: Readonly<Record<string, (command: string) => object>> = {
  bash: (command) => ({ command, description: "Makes a file" }),
  exec_command: (cmd) => ({ cmd }),
  shell: (command) => ({ command: ["bash", "-lc", command] }),
  shell_command: (command) => ({ command }),
};

/** The model asks once for a command in a shell, by whatever tool the agent offers for that. */
export function runsCommand(command: string) {
  return (request: ModelRequest) => {
    const last = request.messages.at(-1);
    if (last?.role === "user" && JSON.stringify(last.content).includes("wait for me")) {
      return { text: "too late", delayMs: Number.POSITIVE_INFINITY };
    }
    const shell = request.tools.find(({ name }) => Object.hasOwn(SHELLS, name))?.name;
    const asked = request.messages.some(({ role }) => role === "tool");
    if (asked || shell === undefined) return { text: "All done." };
    return { toolCalls: [{ name: shell, arguments: SHELLS[shell]?.(command) ?? {} }] };
  };
}
