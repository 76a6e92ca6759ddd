import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
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
  console.log(pc.dim("Watching for changes; press Ctrl+C to stop."));
  const dirty = new Set<ProtocolConfig>();
  let wake = () => {};
  for (const protocol of protocols) {
    const { core } = readManifest(protocol.source);
    const names = new Set([basename(protocol.source), ...(core ? [basename(core)] : [])]);
    watch(dirname(protocol.source), (_, file) => {
      if (file === null || !names.has(file)) return;
      dirty.add(protocol);
      wake();
    });
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
