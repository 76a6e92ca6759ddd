import { type Browser, chromium } from "playwright-core";
import { CHROMIUM } from "./chromium-path.js";

/** Whether to skip what needs a browser. In CI it is never skipped, so that it fails. */
export const missing = CHROMIUM === undefined && !process.env.CI;

/** What to write behind a title: why it is skipped, and the remedy. */
export const because =
  CHROMIUM === undefined ? " (skipped: apt-get install chromium, or set CHROMIUM to its path)" : "";

/** Starts it. Its profile is in a folder that is removed with it. */
export function startBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("There is no Chromium: apt-get install chromium.");
  return chromium.launch({
    executablePath: CHROMIUM,
    // The sandbox needs rights that containers do not give.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}
