import type { Peer } from "@stubwright/rpc";
import { maskText } from "@stubwright/rpc/internal";
import type {
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
  SessionResumed,
} from "../connection/restart-events.js";
import type { SessionRolledBack } from "../session/rolled-back.js";
import { type ClientDiagnostic, isMismatch, type ProtocolMismatch } from "./diagnostics.js";
import type { SessionLifecycleEvent, SessionLifecycleEventType } from "./lifecycle.js";
import { Listeners } from "./listeners.js";

/** A handler of lifecycle events, or the type of those that the handler beside it gets. */
export type LifecycleSelector =
  | SessionLifecycleEventType
  | ((event: SessionLifecycleEvent) => void);

/** What a client tells of the runtime that it supervises. */
export interface SupervisionEvents {
  /** The runtime is gone, and a new one is started after a wait; before every try. */
  readonly restarting: RuntimeRestarting;
  /** A new runtime is up, and the sessions are back. */
  readonly restarted: RuntimeRestarted;
  /** No more tries are made; the sessions are over. */
  readonly gaveUp: RuntimeGaveUp;
  /** A crash took back something of a session. */
  readonly rolledBack: SessionRolledBack;
  /** A session that the runtime had forgotten was resumed by a call. */
  readonly resumed: SessionResumed;
}

/** All that a client tells its app unasked, whichever connection it comes from. */
export class ClientEvents {
  readonly #diagnostics = new Listeners<ClientDiagnostic>((error) =>
    this.#warnOfHandler("diagnostic handler", error),
  );
  readonly #mismatches = new Listeners<ProtocolMismatch>((error) =>
    this.reportHandler("protocolMismatch handler", error),
  );
  readonly #lifecycle = new Listeners<SessionLifecycleEvent>((error) =>
    this.reportHandler("lifecycle handler", error),
  );

  /** Handlers whose failures were warned of. */
  readonly #warnedOf = new Set<string>();

  /** What supervision tells; a handler that throws is reported and disturbs nothing. */
  readonly supervision: {
    readonly [Name in keyof SupervisionEvents]: Listeners<SupervisionEvents[Name]>;
  } = {
    restarting: new Listeners((error) => this.reportHandler("restarting handler", error)),
    restarted: new Listeners((error) => this.reportHandler("restarted handler", error)),
    gaveUp: new Listeners((error) => this.reportHandler("gaveUp handler", error)),
    rolledBack: new Listeners((error) => this.reportHandler("rolledBack handler", error)),
    resumed: new Listeners((error) => this.reportHandler("resumed handler", error)),
  };

  /** Takes what a new connection will bring, before anything is sent on it. */
  attach(peer: Peer): void {
    peer.onDiagnostic((diagnostic) => {
      if (isMismatch(diagnostic)) this.#mismatches.emit(diagnostic);
      else this.#diagnostics.emit(diagnostic);
    });
  }

  /** Tells what became of a session. */
  tellLifecycle(event: SessionLifecycleEvent): void {
    this.#lifecycle.emit(event);
  }

  /** Whether anybody listens to what the published protocol does not have. */
  get readsMismatches(): boolean {
    return !this.#mismatches.empty;
  }

  /** Whether anybody listens to what becomes of sessions. */
  get readsLifecycle(): boolean {
    return !this.#lifecycle.empty;
  }

  /** Tells of what a handler of the app threw. */
  reportHandler(source: string, error: unknown): void {
    if (this.#diagnostics.empty) this.#warnOfHandler(source, error);
    this.#diagnostics.emit({ kind: "appHandlerError", source, error });
  }

  /** Tells that a permission was asked for in a session without a handler. */
  reportMissingHandler(sessionId: string): void {
    const title = "A permission was asked for in a session without onPermissionRequest";
    if (this.#diagnostics.empty)
      this.#warn("PERMISSION_HANDLER_MISSING", title, "it is denied unless another client decides");
    this.#diagnostics.emit({ kind: "permissionHandlerMissing", sessionId });
  }

  /** Tells that a call of the model failed. */
  reportModelFailure(sessionId: string, message: string): void {
    if (this.#diagnostics.empty)
      this.#warn("MODEL_CALL_FAILED", "A call of the model failed and is tried again", message);
    this.#diagnostics.emit({ kind: "modelCallFailed", sessionId, message: maskText(message) });
  }

  #warnOfHandler(source: string, error: unknown): void {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    this.#warn("HANDLER_FAILED", `The ${source} of the app failed`, what, source);
  }

  /** Warns of what nobody listens for, once for each kind and source. */
  #warn(code: string, title: string, what: string, source = ""): void {
    if (this.#warnedOf.has(code + source)) return;
    this.#warnedOf.add(code + source);
    const message = `${title}, and nothing listens with client.onDiagnostic(): ${maskText(what)}`;
    process.emitWarning(message, { type: "CopilotWarning", code: `COPILOT_${code}` });
  }

  /** Tells that a session had to hold back more events than it may. */
  reportDropped(sessionId: string, maxHeldBytes: number): void {
    this.#diagnostics.emit({ kind: "eventsDropped", sessionId, maxHeldBytes });
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

const SUPERVISION: { readonly [Name in keyof SupervisionEvents]: true } = {
  restarting: true,
  restarted: true,
  gaveUp: true,
  rolledBack: true,
  resumed: true,
};

/** Whether a name is that of an event of supervision. */
export function isSupervision(name: string): name is keyof SupervisionEvents {
  return Object.hasOwn(SUPERVISION, name);
}
