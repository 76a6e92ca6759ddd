import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
} from "@nats-io/transport-node";
import { FleetError } from "../fleet-error.js";

/** How to reach NATS, and who says so. */
export interface NatsOptions {
  /** Addresses: `nats://host:4222`, `tls://host:4222`, or several of one cluster. */
  readonly servers: string | readonly string[];
  /** A token. */
  readonly token?: string;
  /** A user's name, with {@link password}. */
  readonly user?: string;
  readonly password?: string;
  /** An nkey's seed. */
  readonly nkeySeed?: string;
  /** The text of a creds file. */
  readonly creds?: string;
  /**
   * TLS: files of certificates, as the NATS client takes them. `{}` requires TLS. The servers' names
   * have to be in their certificates; addresses are not compared.
   */
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
}

/**
 * Connects to NATS. The connection reconnects by itself for ever, once it was up.
 *
 * @param name - Shown in the monitoring of NATS.
 * @param timeoutMs - The longest wait for the connection, in milliseconds.
 * @throws {@link FleetError} `NATS_UNREACHABLE` with the address, when nobody answers there or the
 * account is refused.
 */
export async function connectNats(
  options: NatsOptions,
  name: string,
  timeoutMs = 5_000,
): Promise<NatsConnection> {
  const { servers, token, user, password, nkeySeed, creds, tls } = options;
  const encode = (text: string) => new TextEncoder().encode(text);
  const settings: NodeConnectionOptions = {
    servers: typeof servers === "string" ? servers : [...servers],
    name,
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    pingInterval: 5_000,
    maxPingOut: 2,
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(tls && { tls }),
    ...(nkeySeed !== undefined && { authenticator: nkeyAuthenticator(encode(nkeySeed)) }),
    ...(creds !== undefined && { authenticator: credsAuthenticator(encode(creds)) }),
  };
  try {
    return await connect(settings);
  } catch (cause) {
    const where = [servers].flat().join(", ");
    const message = `NATS at ${where} cannot be reached: ${(cause as Error).message}`;
    throw new FleetError("NATS_UNREACHABLE", message, { cause });
  }
}
