import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The nearest `node_modules/.cache`, where tools keep what can be made again; outside of every
 * project, the user's own cache.
 */
export function cacheFolder(from: string): string {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules"))) {
      return join(folder, "node_modules", ".cache", "stubwright");
    }
  }
  return join(homedir(), ".cache", "stubwright");
}
