import type { CustomRuntimeConnection } from "../options/runtime-connection.js";
import type { Endpoint } from "./endpoint.js";

/** Opens a connection that other code carries. */
export async function openCustom(
  { open, title }: CustomRuntimeConnection,
  signal: AbortSignal,
): Promise<Endpoint> {
  return { transport: await open(signal), process: undefined, token: undefined, title };
}
