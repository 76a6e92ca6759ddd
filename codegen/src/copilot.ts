// What the Copilot CLI alone needs: the packages that its schemas were published in over time, and what
// stands in for the handwritten part where a folder of its schemas comes without one.
import { StubwrightError } from "./errors.js";
import { fetchFirst, type PublishedSchemas, run } from "./load/published.js";

/** In the order in which they published schemas. */
const PACKAGES = [
  "@github/copilot",
  "@github/copilot-linux-x64",
  "@github/copilot-sdk-linux-x64",
] as const;

/** The newest of them: what a version alone means. */
export const NEWEST_PACKAGE: string = PACKAGES[2];

/** The settings of its groups and events. */
export const CORE = {
  scopes: { session: "sessionId", clientSession: "sessionId" },
  handlers: { clientSession: "client", clientGlobal: "client" },
  events: { SessionEvent: {} },
} as const;

/**
 * Every version that the packages of the Copilot CLI were published in, as the registry lists them
 * now: the program's own first, then those of its SDK, each in the order of its numbers.
 *
 * @throws {@link StubwrightError} `DOWNLOAD_FAILED` if the registry does not answer.
 */
export function listCopilotVersions(): string[] {
  const versions = PACKAGES.flatMap((name) => {
    const listed = run("npm", ["view", name, "versions", "--json"], process.cwd());
    if (listed !== undefined) return [JSON.parse(listed) as string | string[]].flat();
    throw new StubwrightError("DOWNLOAD_FAILED", `The registry lists no versions of ${name}.`, {
      remedy: "Check the connection to the registry.",
    });
  });
  return [...new Set(versions)];
}

/**
 * The schemas of a version of the Copilot CLI, whichever package published it.
 *
 * @param cache - Folder that is read first, and that keeps what was downloaded.
 * @returns Undefined if no package of that version holds schemas.
 */
export function fetchCopilot(version: string, cache: string): PublishedSchemas | undefined {
  return fetchFirst(PACKAGES, version, cache);
}
