import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CopilotClientOptions } from "@stubwright/copilot";
import type { FakeServerOptions } from "@stubwright/testkit";

/** Path of a fake server that a client can start; it runs from the built packages. */
export const FAKE_CLI = fileURLToPath(new URL("../fixtures/fake-cli.js", import.meta.url));

/** What the program was started with. */
export interface Dump {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Options that make a client start the fake server. */
export function fakeCli(
  env: NodeJS.ProcessEnv,
  folder: string,
  server: Pick<FakeServerOptions, "protocolVersion" | "version" | "misbehave"> & {
    connectionToken?: string | null;
  } = {},
): { options: CopilotClientOptions; dump: () => Promise<Dump> } {
  const file = join(folder, `dump-${Math.random().toString(36).slice(2)}.json`);
  return {
    options: {
      cliPath: FAKE_CLI,
      env: { ...env, FAKE_DUMP: file, FAKE_OPTIONS: JSON.stringify(server) },
    },
    dump: async () => JSON.parse(await readFile(file, "utf8")) as Dump,
  };
}
