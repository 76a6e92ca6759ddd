import { isIPv6 } from "node:net";
import { CopilotError } from "../errors.js";

/** Where a server listens. */
export interface ServerAddress {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const PORT_ALONE = /^:?(?<port>\d+)$/;
const HOST_AND_PORT = /^(?:https?:\/\/)?(?:\[(?<v6>[^\]]+)\]|(?<name>[\w.-]+)):(?<port>\d+)$/i;

/**
 * Reads the address of a server: `port`, `:port`, `host:port`, or `host:port` with `http://` or
 * `https://` before it. Without a host it is this machine; an IPv6 address stands in brackets.
 *
 * @param option - The name of the option that the text came from, for the message.
 * @throws {@link CopilotError} `INVALID_OPTIONS`, quoting the text.
 */
export function parseCliUrl(text: string, option: string): ServerAddress {
  const { v6, name, port } = (PORT_ALONE.exec(text) ?? HOST_AND_PORT.exec(text))?.groups ?? {};
  const number = Number(port);
  if (port === undefined || (v6 !== undefined && !isIPv6(v6))) {
    throw invalid(text, option, "it must be a port, host:port, or http://host:port");
  }
  if (number < 1 || number > 65_535) {
    throw invalid(text, option, "the port must be a number from 1 to 65535");
  }
  return { host: v6 ?? name ?? "localhost", port: number };
}

function invalid(text: string, option: string, why: string): CopilotError {
  const message = `The option ${option} is ${JSON.stringify(text)}: ${why}.`;
  return new CopilotError("INVALID_OPTIONS", message);
}
