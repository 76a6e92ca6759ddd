import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CHROMIUM } from "../../../packages/inspector/test/browser/chromium-path.js";
import { runNode } from "../run-node.js";
import type { Figures } from "../work/work.js";

const PROGRAM = fileURLToPath(
  new URL("../../../packages/inspector/test/browser/bench.ts", import.meta.url),
);

/** Whether there is a browser to measure with. */
export function hasChromium(): boolean {
  return CHROMIUM !== undefined && existsSync(CHROMIUM);
}

/** P13: the inspector's page with 100,000 frames in its timeline. */
export async function inspectorPage(): Promise<Figures> {
  return JSON.parse(await runNode(["--import", "tsx", PROGRAM])) as Figures;
}
