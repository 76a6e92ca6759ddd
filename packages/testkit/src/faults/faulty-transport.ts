import { RpcError, type Transport, type TransportSink } from "@stubwright/rpc";
import { Lane, type LaneFaults } from "./lane.js";

/** What goes wrong on a connection, seen from the side that has the transport. */
export interface Faults {
  /** In what arrives. */
  readonly incoming?: LaneFaults;
  /** In what is sent. */
  readonly outgoing?: LaneFaults;
}

/** A transport on which things go wrong, by its settings and when it is told to. */
export interface FaultyTransport extends Transport {
  /** Lets nothing through in either direction, as a process that hangs; nothing is lost. */
  freeze(): void;
  /** Ends {@link freeze}: what was held arrives. */
  thaw(): void;
  /** Breaks the connection now: the sink gets `TRANSPORT_FAILED`. */
  cut(): void;
}

/** Puts faults between a transport and who uses it. */
export function faultyTransport(transport: Transport, faults: Faults = {}): FaultyTransport {
  let sink: TransportSink | undefined;
  let over = false;
  const end = (cause?: Error) => {
    if (over) return;
    over = true;
    incoming.end();
    outgoing.end();
    sink?.close(cause);
  };
  const cut = () => {
    if (over) return;
    end(new RpcError("TRANSPORT_FAILED", "The connection broke: a fault that was asked for"));
    void transport.close();
  };
  const incoming = new Lane(faults.incoming ?? {}, (chunk) => over || sink?.data(chunk), cut);
  const outgoing = new Lane(faults.outgoing ?? {}, (chunk) => over || transport.write(chunk), cut);
  const lanes = [incoming, outgoing];
  return {
    open: (given) => {
      sink = given;
      transport.open({
        data: (chunk) => over || incoming.push(chunk),
        drain: () => over || given.drain(),
        close: (cause) => incoming.after(() => end(cause)),
      });
    },
    write: (chunk) => {
      if (!over) outgoing.push(chunk);
      return true;
    },
    close: async () => {
      end();
      await transport.close();
    },
    freeze: () => {
      for (const lane of lanes) lane.freeze();
    },
    thaw: () => {
      for (const lane of lanes) lane.thaw();
    },
    cut,
  };
}
