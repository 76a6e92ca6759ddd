import { randomUUID } from "node:crypto";
import { INTERNAL_ERROR, ResponseError } from "@stubwright/rpc";
import type { Ask, Rule } from "./protocol.js";

/** How a question is answered. */
export type Answer =
  | { readonly result: unknown }
  /** It is refused, with this message. */
  | { readonly refusal: string };

/** Who is told of questions. */
export interface AskListener {
  asked(ask: Ask): void;
  ended(askId: string): void;
}

interface Open {
  readonly ask: Ask;
  readonly settle: (answer: Answer) => void;
}

/** What the server asks: open questions, and rules by which the next ones are answered. */
export class Asks {
  readonly #listener: AskListener;
  readonly #open = new Map<string, Open>();
  readonly #rules = new Map<string, Answer>();

  constructor(listener: AskListener) {
    this.#listener = listener;
  }

  /** Those that wait. */
  get open(): Ask[] {
    return [...this.#open.values()].map(({ ask }) => ask);
  }

  /** The rules by method. */
  get rules(): Record<string, Rule> {
    const entries = [...this.#rules].map(
      ([method, answer]) => [method, "result" in answer ? "always" : "never"] as const,
    );
    return Object.fromEntries(entries);
  }

  /** Asks a person, unless a rule answers. The signal takes the question back. */
  ask(question: Omit<Ask, "askId">, signal: AbortSignal): Promise<Answer> {
    const rule = this.#rules.get(question.method);
    if (rule) return Promise.resolve(rule);
    const ask = { askId: randomUUID(), ...question };
    return new Promise((resolve, reject) => {
      this.#open.set(ask.askId, { ask, settle: resolve });
      signal.addEventListener("abort", () => {
        if (!this.#end(ask.askId)) return;
        reject(signal.reason);
      });
      this.#listener.asked(ask);
    });
  }

  /** Answers one. One that is over by now is left alone. */
  answer(askId: string, answer: Answer, rule: Rule = "once"): void {
    const open = this.#end(askId);
    if (!open) return;
    if (rule !== "once") this.#rules.set(open.ask.method, answer);
    open.settle(answer);
  }

  /** Forgets a rule. */
  forget(method: string): void {
    this.#rules.delete(method);
  }

  /** Ends all: the connection is gone. */
  close(): void {
    for (const askId of this.#open.keys()) this.#end(askId);
  }

  #end(askId: string): Open | undefined {
    const open = this.#open.get(askId);
    if (this.#open.delete(askId)) this.#listener.ended(askId);
    return open;
  }
}

/** What a request handler gives for an answer. */
export function toResult(answer: Answer): unknown {
  if ("result" in answer) return answer.result;
  throw new ResponseError({ code: INTERNAL_ERROR, message: answer.refusal });
}
