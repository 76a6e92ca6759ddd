import type { StdioRuntimeConnection } from "./runtime-connection.js";

/**
 * The runtime that started this process, over stdin and stdout of this process: what extensions
 * have. Told by identity; nobody else can ask for it.
 */
export const PARENT_PROCESS: StdioRuntimeConnection = Object.freeze({ kind: "stdio" });
