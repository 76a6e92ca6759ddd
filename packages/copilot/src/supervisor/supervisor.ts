import { setTimeout as sleep } from "node:timers/promises";
import type {
  RestoredSession,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
} from "../connection/restart-events.js";
import type { RestartPolicy } from "../connection/restart-policy.js";
import { CopilotError } from "../errors.js";
import { SupervisorMachine, type SupervisorState } from "./machine.js";

/** What a supervisor does its work with; `C` is a connection. */
export interface Supervised<C> {
  /** Starts a runtime, or reaches a server. */
  connect(): Promise<C>;
  /** Brings the sessions back. Rejects when the connection is lost meanwhile. */
  restore(connection: C): Promise<readonly RestoredSession[]>;
  /** Leaves nothing of a connection that did not work out. Never rejects. */
  discard(connection: C): Promise<void>;
  restarting(event: RuntimeRestarting): void;
  /** Takes the new connection, with all sessions back on it. */
  restarted(connection: C, event: RuntimeRestarted): void;
  /** Takes note that there will be none; `error` is what {@link Supervisor.recover} throws. */
  gaveUp(error: CopilotError, event: RuntimeGaveUp): void;
}

/** Brings a runtime back: waits, starts it, restores its sessions; or gives up. */
export class Supervisor<C> {
  readonly #machine = new SupervisorMachine();
  readonly #policy: RestartPolicy;
  readonly #work: Supervised<C>;

  constructor(policy: RestartPolicy, work: Supervised<C>) {
    this.#policy = policy;
    this.#work = work;
  }

  /** Where supervision stands. */
  get state(): SupervisorState {
    return this.#machine.state;
  }

  /** A runtime is up that the app had started. */
  started(): void {
    this.#machine.take("started");
  }

  /** The app stops the client, or the loss is not to be repaired. */
  stopped(): void {
    this.#machine.take("stopped");
  }

  /**
   * Repairs a loss.
   *
   * @param cause - Why the runtime is gone.
   * @param signal - Ends it at once; whoever fires it says `stopped`.
   * @returns The new connection, with all sessions back on it.
   * @throws {@link CopilotError} `GAVE_UP` after too many tries, or the reason of the signal.
   */
  async recover(cause: Error, signal: AbortSignal): Promise<C> {
    const began = performance.now();
    const reasons: Error[] = [cause];
    this.#machine.take("lost");
    for (let attempt = 1; ; attempt++) {
      const now = performance.now();
      const delayMs = this.#policy.next(attempt - 1, now);
      if (delayMs === undefined) throw this.#giveUp(attempt - 1, reasons);
      this.#work.restarting({ attempt, delayMs, cause: reasons.at(-1) ?? cause });
      await sleep(delayMs, undefined, { signal });
      signal.throwIfAborted();
      this.#machine.take("due");
      try {
        const { connection, sessions } = await this.#try(signal);
        this.#machine.take("restored");
        const downtimeMs = performance.now() - began;
        this.#work.restarted(connection, { attempt, downtimeMs, sessions });
        return connection;
      } catch (error) {
        signal.throwIfAborted();
        this.#machine.take("failed");
        reasons.push(error as Error);
      }
    }
  }

  async #try(signal: AbortSignal) {
    const connection = await this.#work.connect();
    try {
      signal.throwIfAborted();
      this.#machine.take("reached");
      const sessions = await this.#work.restore(connection);
      signal.throwIfAborted();
      return { connection, sessions };
    } catch (error) {
      await this.#work.discard(connection);
      throw error;
    }
  }

  #giveUp(attempts: number, reasons: readonly Error[]): CopilotError {
    this.#machine.take("exhausted");
    const last = reasons.at(-1);
    const error = new CopilotError(
      "GAVE_UP",
      `The runtime was lost and is not restarted any more: ${last?.message}`,
      { cause: reasons.length > 1 ? new AggregateError(reasons) : last },
    );
    this.#work.gaveUp(error, { attempts, reasons });
    return error;
  }
}
