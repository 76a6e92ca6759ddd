import { existsSync } from "node:fs";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of the tests; undefined if there is none. */
export const CHROMIUM = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));
