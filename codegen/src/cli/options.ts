import { relative } from "node:path";
import { loadConfig, type ProtocolConfig } from "../config.js";
import { StubwrightError } from "../errors.js";

/** Options that every command has. */
export interface CommonOptions {
  /** The config file; by default the nearest one. */
  readonly config?: string;
  readonly json?: boolean;
}

/** Levels that `diff --fail-on` knows. */
export const FAIL_LEVELS = ["breaking", "dangerous"] as const;

/**
 * The protocols of the config; one of them with its output elsewhere, if that is asked for.
 *
 * @throws {@link StubwrightError} `CONFIG_INVALID` if there are several and one output was named.
 */
export async function loadProtocols(
  config: string | undefined,
  out?: string,
): Promise<readonly ProtocolConfig[]> {
  const { protocols } = await loadConfig(config);
  if (out === undefined) return protocols;
  if (protocols.length === 1) return protocols.map((protocol) => ({ ...protocol, out }));
  throw new StubwrightError(
    "CONFIG_INVALID",
    `--out names one folder, and the config has ${protocols.length} protocols.`,
    { remedy: "Leave it out, or name a config with one protocol." },
  );
}

/** A path as a person would write it here. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
