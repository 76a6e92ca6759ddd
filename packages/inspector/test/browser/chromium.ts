import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of the tests; undefined if there is none. */
export const CHROMIUM = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));

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
