import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  type CopilotClientMode,
  type CustomRuntimeConnection,
  DEFAULT_TENANT,
  RuntimeConnection as SingleHostConnection,
} from "@stubwright/copilot";
import type { Transport, TransportSink } from "@stubwright/rpc";
import { FleetError } from "./fleet-error.js";
import { Link, type LinkOptions } from "./link/link.js";
import { connectNats, type NatsOptions } from "./nats/connect-nats.js";
import { NatsHealth } from "./nats/nats-health.js";
import { isName, LINK_VERSION, type Offer, type OpenAnswer, PREFIX, subjects } from "./subjects.js";

/** Settings of {@link forFleet}. */
export interface FleetConnectionOptions extends NatsOptions, LinkOptions {
  /** Whose sessions these are. Default `default`. */
  readonly tenant?: string;
  /** A session to join: the client is led to the runtime that holds it. */
  readonly session?: string;
  /**
   * How long to look for a worker with room, in milliseconds; after a lost connection also for NATS.
   * Default 10,000, and 25,000 after a lost connection.
   */
  readonly findTimeoutMs?: number;
  /** As of the worker. Default `stubwright`. */
  readonly prefix?: string;
  /**
   * The client's mode, unless it sets its own. Default `empty`: a worker is shared, so that a session
   * has only what its app gives it.
   */
  readonly mode?: CopilotClientMode;
}

/** The defaults of `findTimeoutMs`: at the start, and after a lost connection. */
const FIND_MS = 10_000;
const RETURN_MS = 25_000;

/** How long to collect offers after the last one, in milliseconds. */
const COLLECT_MS = 60;

/** How long to wait before workers are asked again, in milliseconds. */
const ASK_AGAIN_MS = 250;

/**
 * Connects a client to a runtime of a fleet of workers over NATS: the one with most room, or the one
 * that holds the session `session`. When it is lost, the client reconnects and its sessions are
 * restored, on another worker if need be.
 *
 * @throws {@link FleetError} `INVALID_OPTIONS` for a tenant that cannot be the token of a subject.
 *
 * @example
 * ```ts
 * import { CopilotClient } from "@stubwright/copilot";
 * import { forFleet } from "@stubwright/fleet";
 *
 * const client = new CopilotClient({ connection: forFleet({ servers: "nats://localhost:4222" }) });
 * ```
 */
export function forFleet(options: FleetConnectionOptions): CustomRuntimeConnection {
  const { tenant = DEFAULT_TENANT, mode = "empty", servers } = options;
  if (!isName(tenant)) {
    throw new FleetError(
      "INVALID_OPTIONS",
      `${JSON.stringify(tenant)} cannot be a tenant: letters, digits, "_" and "-" can, up to 64.`,
    );
  }
  let wasUp = false;
  return SingleHostConnection.forCustom({
    title: `The fleet at ${[servers].flat().join(", ")}`,
    mode,
    open: async (signal) => {
      const transport = await openFleet({ ...options, tenant }, wasUp, signal);
      wasUp = true;
      return transport;
    },
  });
}

/**
 * `RuntimeConnection` of `@stubwright/copilot`, with {@link forFleet} beside its other ways to reach a
 * runtime.
 */
export const RuntimeConnection: typeof SingleHostConnection & {
  /** As {@link forFleet}. */
  readonly forFleet: typeof forFleet;
} = { ...SingleHostConnection, forFleet };

async function openFleet(
  options: FleetConnectionOptions & { readonly tenant: string },
  isReturn: boolean,
  signal: AbortSignal,
): Promise<Transport> {
  const { findTimeoutMs = isReturn ? RETURN_MS : FIND_MS } = options;
  const until = performance.now() + findTimeoutMs;
  // A NATS that was there comes back; an address at which there was none may be wrong.
  const nats = await reachNats(options, isReturn ? until : 0, signal);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { transport, why } = await tryOpen(nats, options);
      if (transport) return transport;
      if (performance.now() > until) {
        throw new FleetError("NO_WORKER", `${why} (waited ${findTimeoutMs} ms)`);
      }
      await sleep(ASK_AGAIN_MS, undefined, { signal });
    }
  } catch (error) {
    await nats.close();
    throw error;
  }
}

/** Connects to NATS, again and again until a moment. */
async function reachNats(
  options: NatsOptions,
  until: number,
  signal: AbortSignal,
): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connectNats(options, "stubwright client");
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}

async function tryOpen(
  nats: NatsConnection,
  options: FleetConnectionOptions & { readonly tenant: string },
): Promise<{ transport?: Transport; why?: string }> {
  const { tenant, session, prefix = PREFIX } = options;
  const about = { version: LINK_VERSION, ...(session !== undefined && { session }) };
  const offers = await collectOffers(nats, subjects.offer(prefix, tenant), about);
  const [best] = offers.sort(
    (one, other) => Number(other.holds) - Number(one.holds) || one.load - other.load,
  );
  if (!best) return { why: "No worker has room for a client." };
  const link = randomUUID();
  const ends = {
    send: subjects.up(prefix, tenant, link),
    receive: subjects.down(prefix, tenant, link),
  };
  const transport = new LinkTransport(nats, ends, options);
  try {
    const reply = await nats.request(
      subjects.open(prefix, tenant, best.worker),
      JSON.stringify({ ...about, link }),
      { timeout: 5_000 },
    );
    const answer = reply.json<OpenAnswer>();
    if (!("error" in answer)) return { transport };
    transport.abandon();
    const { code, message } = answer.error;
    if (code === "VERSION_MISMATCH") throw new FleetError("VERSION_MISMATCH", message);
    return { why: `Worker ${best.worker}: ${message}` };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    transport.abandon();
    return { why: `Worker ${best.worker} did not answer: ${(error as Error).message}` };
  }
}

async function collectOffers(
  nats: NatsConnection,
  subject: string,
  about: object,
): Promise<Offer[]> {
  const offers: Offer[] = [];
  try {
    const replies = await nats.requestMany(subject, JSON.stringify(about), {
      strategy: "stall",
      maxWait: 1_000,
      stall: COLLECT_MS,
    });
    for await (const reply of replies) {
      if (reply.data.length > 0) offers.push(reply.json<Offer>());
    }
  } catch {
    // Nobody listens, or NATS is just gone: it is asked again.
  }
  return offers;
}

/** The client's end of a link. It owns its connection to NATS. */
class LinkTransport implements Transport {
  readonly #nats: NatsConnection;
  readonly #link: Link;
  #sink: TransportSink | undefined;
  #early: Uint8Array[] = [];
  #closed: { readonly cause: FleetError | undefined } | undefined;

  constructor(
    nats: NatsConnection,
    ends: { readonly send: string; readonly receive: string },
    options: LinkOptions,
  ) {
    this.#nats = nats;
    const events = {
      data: (chunk: Uint8Array) => {
        if (this.#sink) this.#sink.data(chunk);
        else this.#early.push(chunk);
        return true;
      },
      drain: () => this.#sink?.drain(),
      closed: (cause: FleetError | undefined) => {
        this.#closed = { cause };
        this.#sink?.close(cause);
      },
    };
    this.#link = new Link(nats, new NatsHealth(nats), ends, events, options);
  }

  open(sink: TransportSink): void {
    this.#sink = sink;
    for (const chunk of this.#early.splice(0)) sink.data(chunk);
    const { cause } = this.#closed ?? {};
    if (this.#closed) queueMicrotask(() => sink.close(cause));
  }

  write(chunk: Uint8Array): boolean {
    return this.#link.write(chunk);
  }

  /** Ends the attempt; the connection to NATS stays. */
  abandon(): void {
    this.#link.close();
  }

  async close(): Promise<void> {
    const until = performance.now() + 500;
    while (!this.#closed && !this.#link.isFlushed && performance.now() < until) await sleep(10);
    this.#link.close();
    // Sends what is in its buffer; a NATS that is gone cannot take it.
    if (!this.#nats.isClosed())
      await Promise.race([this.#nats.flush().catch(() => {}), sleep(200)]);
    await this.#nats.close().catch(() => {});
  }
}
