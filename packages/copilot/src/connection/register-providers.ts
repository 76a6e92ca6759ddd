import type { CallOptions } from "@stubwright/rpc";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import type { Settings } from "../options/settings.js";
import type { Endpoint } from "./endpoint.js";
import type { AllServerRpc } from "./handshake.js";

/**
 * Tells a server what this client serves it with. Each new connection has to be told.
 *
 * @throws {@link CopilotError} `NOT_SUPPORTED` if the server does not know such a thing, or refuses.
 */
export async function registerProviders(
  rpc: AllServerRpc,
  { title }: Pick<Endpoint, "title">,
  { builtinPluginDirectories: paths, requestHandler, sessionFs }: Settings,
  options: CallOptions,
): Promise<void> {
  if (paths.length > 0) {
    await register(title, "builtinPluginDirectories", async () => {
      await rpc.plugins.builtin.set({ paths: [...paths] }, options);
      return { success: true };
    });
  }
  if (sessionFs) {
    await register(title, "sessionFs", () => rpc.sessionFs.setProvider(sessionFs, options));
  }
  if (requestHandler) {
    await register(title, "requestHandler", () => rpc.llmInference.setProvider(options));
  }
}

async function register(
  title: string,
  option: string,
  call: () => Promise<{ readonly success: boolean }>,
): Promise<void> {
  let cause: unknown;
  try {
    const { success } = await call();
    if (success) return;
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    cause = error;
  }
  const why =
    cause instanceof ResponseError && cause.code !== METHOD_NOT_FOUND
      ? `refuses it: ${cause.message}`
      : "does not support it. Install a newer runtime, or leave the option out.";
  throw new CopilotError("NOT_SUPPORTED", `The option ${option} has no effect: ${title} ${why}`, {
    cause,
  });
}
