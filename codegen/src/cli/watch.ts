import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onStderr } from "../colors.js";
import type { ProtocolConfig } from "../config.js";
import { lockFileOf, readLock } from "../load/lock.js";
import { isLocked } from "../load/manifest.js";
import { readSource, sourcePaths } from "../load/source.js";

/** How long to wait for further changes, in milliseconds: editors write a file in several steps. */
const QUIET_MS = 100;

/**
 * Generates again whenever a file changes that a protocol is made of, until the process is
 * interrupted: its source, its schemas, its lock file. An error is reported and watching goes on.
 *
 * @param report - Told of what failed.
 */
export async function watchSources(
  protocols: readonly ProtocolConfig[],
  generate: (changed: readonly ProtocolConfig[]) => Promise<void>,
  report: (error: unknown) => void,
): Promise<void> {
  console.error(onStderr.dim("Watching for changes; press Ctrl+C to stop."));
  const dirty = new Set<ProtocolConfig>();
  const watched = new Set<string>();
  let wake = () => {};
  const watchFiles = (protocol: ProtocolConfig) => {
    for (const file of filesOf(protocol.source)) {
      const key = JSON.stringify([protocol.source, file]);
      if (watched.has(key)) continue;
      watched.add(key);
      // The folder and not the file: editors put a new one in its place.
      watch(dirname(file), (_, name) => {
        if (name !== basename(file)) return;
        dirty.add(protocol);
        wake();
      });
    }
  };
  for (const protocol of protocols) watchFiles(protocol);
  for (;;) {
    if (dirty.size === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await sleep(QUIET_MS);
    const changed = [...dirty];
    dirty.clear();
    try {
      await generate(changed);
      // A source may name other files by now.
      for (const protocol of changed) watchFiles(protocol);
    } catch (error) {
      report(error);
    }
  }
}

function filesOf(source: string): string[] {
  const manifest = readSource(source);
  const lockFile = lockFileOf(source);
  const { documents, core } = sourcePaths(manifest, source, readLock(lockFile)[manifest.name]);
  const lock = isLocked(manifest) ? [lockFile] : [];
  return [source, ...lock, ...documents.map(([, file]) => file), ...(core ? [core] : [])];
}
