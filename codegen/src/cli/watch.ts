import { watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onStderr } from "../colors.js";
import type { ProtocolConfig } from "../config.js";
import { readManifest } from "../load/source.js";
import { printError } from "./error.js";

/** How long to wait for further changes, in milliseconds: editors write a file in several steps. */
const QUIET_MS = 100;

/**
 * Generates again whenever a manifest or a handwritten schema changes, until the process is
 * interrupted. An error is printed and watching goes on.
 */
export async function watchSources(
  protocols: readonly ProtocolConfig[],
  generate: (changed: readonly ProtocolConfig[]) => Promise<void>,
): Promise<void> {
  console.error(onStderr.dim("Watching for changes; press Ctrl+C to stop."));
  const dirty = new Set<ProtocolConfig>();
  let wake = () => {};
  for (const protocol of protocols) {
    const { core } = readManifest(protocol.source);
    const folder = dirname(protocol.source);
    for (const file of [protocol.source, ...(core ? [resolve(folder, core)] : [])]) {
      // The folder and not the file: editors put a new one in its place.
      watch(dirname(file), (_, name) => {
        if (name !== basename(file)) return;
        dirty.add(protocol);
        wake();
      });
    }
  }
  for (;;) {
    if (dirty.size === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await sleep(QUIET_MS);
    const changed = [...dirty];
    dirty.clear();
    await generate(changed).catch(printError);
  }
}
