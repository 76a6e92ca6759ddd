import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { NatsConnection } from "@nats-io/transport-node";
import type { FrameDecoder } from "@stubwright/rpc";
import type { FleetErrorCode } from "../fleet-error.js";
import { Link, type LinkEnds, type LinkOptions } from "../link/link.js";
import type { NatsHealth } from "../nats/nats-health.js";
import { createGate, createReturn } from "./gate.js";
import type { RuntimeSlot, SlotLink } from "./runtime-slot.js";

/** What a link needs of its worker. */
export interface AppLinkHost {
  readonly nats: NatsConnection;
  readonly health: NatsHealth;
  readonly limits: LinkOptions;
  /** Checks that there is room for one more session. */
  admit(sessionId: string): void;
  list(tenant: string): Promise<unknown>;
}

/** One client at a runtime: a link over NATS on one side, a socket on the other. */
export class AppLink implements SlotLink {
  /** The sessions that the client has opened. */
  readonly sessions = new Set<string>();
  readonly #slot: RuntimeSlot;
  readonly #socket: Socket;
  readonly #link: Link;
  readonly #gate: FrameDecoder;
  readonly #return: (chunk: Uint8Array) => void;

  private constructor(slot: RuntimeSlot, socket: Socket, host: AppLinkHost, ends: LinkEnds) {
    this.#slot = slot;
    this.#socket = socket;
    this.#link = new Link(
      host.nats,
      host.health,
      ends,
      {
        data: (chunk) => this.#fromClient(chunk),
        drain: () => socket.resume(),
        closed: () => this.#ended(),
      },
      host.limits,
    );
    this.#gate = createGate({
      token: slot.token,
      acquire: async (sessionId) => {
        host.admit(sessionId);
        this.sessions.add(sessionId);
        await slot.acquire(sessionId);
      },
      record: (sessionId) => slot.record(sessionId),
      list: () => host.list(slot.tenant),
      remove: (sessionId) => {
        this.sessions.delete(sessionId);
        return slot.remove(sessionId);
      },
      leave: (sessionId) => {
        this.sessions.delete(sessionId);
        slot.leave([sessionId]);
      },
      busy: (sessionId) => slot.busy.add(sessionId),
      toRuntime: (frame) => socket.write(frame),
      toClient: (frame) => this.#toClient(frame),
    });
    this.#return = createReturn(
      (bytes) => this.#toClient(bytes),
      (sessionId) => slot.busy.delete(sessionId),
    );
    socket.on("data", (chunk) => this.#return(chunk));
    socket.on("drain", () => this.#link.consumed());
    socket.on("error", () => {});
    socket.on("close", () => this.close("RUNTIME_ENDED", "The runtime ended."));
    slot.links.add(this);
  }

  /** Connects a client with a runtime. */
  static async open(slot: RuntimeSlot, host: AppLinkHost, ends: LinkEnds): Promise<AppLink> {
    const socket = connect({ host: "127.0.0.1", port: slot.port, noDelay: true });
    await once(socket, "connect");
    return new AppLink(slot, socket, host, ends);
  }

  /** Whether a turn is under way in one of its sessions. */
  get isBusy(): boolean {
    return [...this.sessions].some((sessionId) => this.#slot.busy.has(sessionId));
  }

  /** Ends the link, and tells the client why. */
  close(code: FleetErrorCode, message: string): void {
    this.#link.close(code, message);
  }

  #fromClient(chunk: Uint8Array): boolean {
    try {
      this.#gate.push(chunk);
    } catch (error) {
      this.close("CLOSED", `The bytes of the client are no messages: ${(error as Error).message}`);
    }
    return !this.#socket.writableNeedDrain;
  }

  #toClient(bytes: Uint8Array): void {
    if (!this.#link.write(bytes)) this.#socket.pause();
  }

  #ended(): void {
    // The runtime closes its sessions, and writes them.
    this.#socket.end();
    this.#slot.links.delete(this);
    this.#slot.leave(this.sessions);
  }
}
