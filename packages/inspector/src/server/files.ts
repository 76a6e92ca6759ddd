import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The built page, beside the built server; from the sources it is in `dist` too. */
export const PAGE_FOLDER = fileURLToPath(
  new URL(import.meta.url.includes("/src/") ? "../../dist/page" : "./page", import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Nothing is loaded from elsewhere, nothing is sent elsewhere, and nobody may frame the page. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Sends a text with the headers of everything that this server sends. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
) {
  response.writeHead(status, { ...HEADERS, "content-type": type });
  response.end(body);
}

/** Sends a file of the page. */
export async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const file = normalize(join(PAGE_FOLDER, path === "/" ? "index.html" : path));
  const type = TYPES[extname(file)];
  if (!file.startsWith(PAGE_FOLDER + sep) || type === undefined) {
    return send(response, 404, "text/plain", "There is no such file.\n");
  }
  try {
    send(response, 200, type, await readFile(file));
  } catch {
    send(response, 404, "text/plain", "There is no such file. Was the page built?\n");
  }
}
