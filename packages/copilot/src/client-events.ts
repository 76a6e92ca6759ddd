import type { Peer } from "@stubwright/rpc";
import { type ClientDiagnostic, isMismatch, type ProtocolMismatch } from "./diagnostics.js";
import {
  receiveLifecycle,
  type SessionLifecycleEvent,
  type SessionLifecycleEventType,
} from "./lifecycle.js";
import { Listeners } from "./listeners.js";

/** A handler of lifecycle events, or the type of those that the handler beside it gets. */
export type LifecycleSelector =
  | SessionLifecycleEventType
  | ((event: SessionLifecycleEvent) => void);

/** All that a client tells its app unasked, whichever connection it comes from. */
export class ClientEvents {
  // A listener of diagnostics that throws has no other place to be told of it.
  readonly #diagnostics = new Listeners<ClientDiagnostic>(() => {});
  readonly #mismatches = new Listeners<ProtocolMismatch>((error) =>
    this.reportHandler("protocolMismatch handler", error),
  );
  readonly #lifecycle = new Listeners<SessionLifecycleEvent>((error) =>
    this.reportHandler("lifecycle handler", error),
  );

  /** Takes what a new connection will bring, before anything is sent on it. */
  attach(peer: Peer): void {
    peer.onDiagnostic((diagnostic) => {
      if (isMismatch(diagnostic)) this.#mismatches.emit(diagnostic);
      else this.#diagnostics.emit(diagnostic);
    });
    receiveLifecycle(peer, (event) => this.#lifecycle.emit(event));
  }

  /** Tells of what a handler of the app threw. */
  reportHandler(source: string, error: unknown): void {
    this.#diagnostics.emit({ kind: "appHandlerError", source, error });
  }

  /** Adds a listener; the result removes it. */
  onDiagnostic(listener: (diagnostic: ClientDiagnostic) => void): () => void {
    return this.#diagnostics.add(listener);
  }

  /** Adds a listener; the result removes it. */
  onMismatch(listener: (mismatch: ProtocolMismatch) => void): () => void {
    return this.#mismatches.add(listener);
  }

  /** Adds a listener for all types or for one; the result removes it. */
  onLifecycle(first: LifecycleSelector, handler: ((event: never) => void) | undefined): () => void {
    if (typeof first === "function") return this.#lifecycle.add(first);
    const typed = handler as (event: SessionLifecycleEvent) => void;
    return this.#lifecycle.add((event) => (event.type === first ? typed(event) : undefined));
  }
}
