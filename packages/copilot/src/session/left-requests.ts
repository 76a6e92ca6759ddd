import type { SessionRpc } from "@stubwright/copilot-protocol";
import type { Answering } from "../callbacks/app-handlers.js";
import { answerOnLeaving, type LeftRequest } from "../callbacks/broadcasts.js";
import type { SessionCallbacks } from "../callbacks/session-callbacks.js";

/** What a server waits for from a client that leaves one of its sessions. */
export class LeftRequests {
  readonly #callbacks: SessionCallbacks;
  /** The answers for a server that was out of reach when the app left. */
  #owed: readonly Answering[] | undefined;

  constructor(callbacks: SessionCallbacks) {
    this.#callbacks = callbacks;
  }

  /** Whether the app left while the server was out of reach. */
  get isOwed(): boolean {
    return this.#owed !== undefined;
  }

  /** The app leaves the session while its server is out of reach. */
  owe(): void {
    this.#owed = this.#callbacks.requests.leaving();
  }

  /** The app leaves the session: answers what is open. */
  answer(rpc: SessionRpc): Promise<void> {
    return send(rpc, this.#callbacks.requests.leaving());
  }

  /**
   * Gives the answers that are owed, and those to what the server asks by now.
   *
   * @param reason - Why the session is closed.
   */
  async answerOwed(rpc: SessionRpc, asked: readonly LeftRequest[], reason: unknown): Promise<void> {
    const { requests } = this.#callbacks;
    const answers = [...(this.#owed ?? [])];
    this.#owed = undefined;
    for (const request of asked) {
      // What was asked before is among the others.
      const answer = answerOnLeaving(this.#callbacks, request);
      if (answer && requests.begin(request.requestId)) answers.push(answer);
    }
    requests.settleAll(reason);
    await send(rpc, answers);
  }
}

/** Sends answers. A session that no other client had is gone by now, and so are its requests. */
async function send(rpc: SessionRpc, answers: readonly Answering[]): Promise<void> {
  await Promise.allSettled(answers.map((answer) => answer(rpc)));
}
