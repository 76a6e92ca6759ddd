import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is refused; undefined if it is not. */
export type Refusal = "host" | "origin" | "token" | undefined;

/**
 * Lets in whoever has the token, from a page of this server, by a name of this machine. A page of
 * another site, also one whose name was made to lead here (DNS rebinding), has a name of its own in
 * Host or Origin; a page on another port has another Origin.
 */
export class Guard {
  readonly #token: Buffer;
  readonly #hosts: ReadonlySet<string>;

  constructor(token: string, port: number) {
    this.#token = Buffer.from(token);
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  }

  /** Checks a request. What is the same for everybody, such as scripts, needs no token. */
  check({ headers, url = "/" }: IncomingMessage, needsToken: boolean): Refusal {
    if (!this.#hosts.has(headers.host?.toLowerCase() ?? "")) return "host";
    const { origin } = headers;
    const site = origin?.replace(/^http:\/\//, "");
    if (origin !== undefined && (site === origin || !this.#hosts.has(site ?? ""))) return "origin";
    if (!needsToken) return undefined;
    // Not by `new URL`, which throws for some that a request may have.
    const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
    const given = Buffer.from(query.get("token") ?? "");
    const fits = given.length === this.#token.length && timingSafeEqual(given, this.#token);
    return fits ? undefined : "token";
  }
}
