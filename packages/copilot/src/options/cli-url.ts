import { BlockList, isIP, isIPv6 } from "node:net";
import { CopilotError } from "../errors.js";

/** Where a server listens. */
export interface ServerAddress {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const PORT_ALONE = /^:?(?<port>\d+)$/;
const HOST_AND_PORT =
  /^(?:http(?<secure>s)?:\/\/)?(?:\[(?<v6>[^\]]+)\]|(?<name>[\w.-]+)):(?<port>\d+)$/i;

/**
 * Reads the address of a server: `port`, `:port`, `host:port`, or `host:port` with `http://` or
 * `https://` before it. Without a host it is this machine; an IPv6 address stands in brackets.
 * `secure` says whether the text asks for TLS, which runtimes do not speak.
 *
 * @param option - The name of the option that the text came from, for the message.
 * @throws {@link CopilotError} `INVALID_OPTIONS`, quoting the text.
 */
export function parseCliUrl(
  text: string,
  option: string,
): ServerAddress & { readonly secure: boolean } {
  const { v6, name, port, secure } =
    (PORT_ALONE.exec(text) ?? HOST_AND_PORT.exec(text))?.groups ?? {};
  const number = Number(port);
  if (port === undefined || (v6 !== undefined && !isIPv6(v6))) {
    throw invalid(text, option, "it must be a port, host:port, or http://host:port");
  }
  if (number < 1 || number > 65_535) {
    throw invalid(text, option, "the port must be a number from 1 to 65535");
  }
  return { host: v6 ?? name ?? "localhost", port: number, secure: secure !== undefined };
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");

/** Whether a host is this machine by its name or address. No name is looked up. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return /(?:^|\.)localhost\.?$/i.test(host);
  return LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
}

function invalid(text: string, option: string, why: string): CopilotError {
  const message = `The option ${option} is ${JSON.stringify(text)}: ${why}.`;
  return new CopilotError("INVALID_OPTIONS", message);
}
