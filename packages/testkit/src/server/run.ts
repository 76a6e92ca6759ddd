import { parseArgs } from "node:util";
import { createFakeServer, type FakeServer } from "./fake-server.js";
import type { FakeServerOptions } from "./options.js";

/**
 * Runs a fake server as the program of this process, started as the Copilot CLI is: over stdio with
 * `--stdio`, else on `--port` with the secret in `COPILOT_CONNECTION_TOKEN`. All other arguments
 * are let pass. A file that calls it is what a client takes as `cliPath`.
 *
 * @param options - An own `connectionToken` counts; null instead of a secret: it knows no secrets.
 */
export async function runFakeServer(
  options: Omit<FakeServerOptions, "connectionToken"> & {
    readonly connectionToken?: string | null;
  } = {},
): Promise<FakeServer> {
  const { values } = parseArgs({
    options: { stdio: { type: "boolean" }, port: { type: "string", default: "0" } },
    strict: false,
  });
  const { connectionToken = process.env.COPILOT_CONNECTION_TOKEN, ...rest } = options;
  const server = createFakeServer({ ...rest, ...(connectionToken && { connectionToken }) });
  if (values.stdio) {
    server.serveStdio();
  } else {
    const { port } = await server.listen(Number(values.port));
    process.stdout.write(`CLI server listening on port ${port}\n`);
  }
  return server;
}
