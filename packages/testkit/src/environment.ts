import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A home of its own for a runtime under test. */
export interface IsolatedEnvironment extends AsyncDisposable {
  /** The variables to start the runtime with. */
  readonly env: NodeJS.ProcessEnv;
  /** The folder that all its files go to. */
  readonly folder: string;
  /** Deletes the folder. */
  remove(): Promise<void>;
}

/** Variables of the runtime and of GitHub's tools: credentials, and what leads to some. */
const OF_THE_USER = /^(?!COPILOT_CLI_PATH$)(?:COPILOT|GH|GITHUB)_/i;

/**
 * Makes an environment in which a runtime finds nothing of the user's and leaves nothing behind:
 * home, configuration, state and cache are in one temporary folder, and no credentials are passed. Of
 * the variables `COPILOT_*`, `GH_*` and `GITHUB_*` only `COPILOT_CLI_PATH` is.
 *
 * @param base - The environment to start from. Default: that of this process.
 */
export async function createIsolatedEnvironment(
  base: NodeJS.ProcessEnv = process.env,
): Promise<IsolatedEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), "stubwright-"));
  const others = Object.entries(base).filter(([name]) => !OF_THE_USER.test(name));
  const env = {
    ...Object.fromEntries(others),
    HOME: folder,
    USERPROFILE: folder,
    APPDATA: folder,
    LOCALAPPDATA: folder,
    COPILOT_HOME: join(folder, "copilot"),
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_STATE_HOME: join(folder, "state"),
  };
  // A runtime that has just ended may still hold files for a moment.
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { env, folder, remove, [Symbol.asyncDispose]: remove };
}
