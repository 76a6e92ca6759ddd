import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Packages that published the schemas, in the order in which they did. */
const PACKAGES = [
  "@github/copilot",
  "@github/copilot-linux-x64",
  "@github/copilot-sdk-linux-x64",
] as const;

/** Where the schemas of a version are, and who published them. */
export interface DownloadedSchemas {
  readonly packageName: string;
  /** Folder with the schema files. */
  readonly folder: string;
}

/**
 * Brings the schema files of a published version into a cache; nothing else of the package is kept.
 *
 * @returns Undefined if no package of that version holds schemas.
 */
export function downloadSchemas(version: string, cache: string): DownloadedSchemas | undefined {
  for (const packageName of PACKAGES) {
    const folder = join(cache, version, packageName.replace("/", "+"));
    if (existsSync(folder)) return { packageName, folder };
  }
  for (const packageName of PACKAGES) {
    const folder = join(cache, version, packageName.replace("/", "+"));
    if (fetchSchemas(`${packageName}@${version}`, folder)) return { packageName, folder };
  }
  return undefined;
}

function fetchSchemas(specifier: string, folder: string): boolean {
  const temporary = mkdtempSync(join(tmpdir(), "stubwright-corpus-"));
  try {
    const packed = run("npm", ["pack", specifier, "--json", "--pack-destination", temporary]);
    if (packed === undefined) return false;
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    run("tar", ["-xzf", join(temporary, filename), "-C", temporary, "package/schemas"]);
    const schemas = join(temporary, "package", "schemas");
    if (!existsSync(schemas)) return false;
    mkdirSync(join(folder, ".."), { recursive: true });
    renameSync(schemas, folder);
    return true;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Runs a program; gives what it printed, or undefined if it failed. */
function run(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 300_000,
  });
  return status === 0 ? stdout : undefined;
}
