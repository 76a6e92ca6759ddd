import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { protocol } from "@stubwright/copilot-protocol";
import { CHANNELS, type FrameEvent, type MethodDescriptor } from "@stubwright/rpc";
import { openOracle, strictOracle } from "../validators/oracle.js";

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
}

const methods = new Map(protocol.methods.map((method) => [method.method, method]));

/**
 * Has ajv judge every value of a connection as it passes: params, results and events, in both
 * directions. A second opinion on what the client's own checks say.
 */
export class AjvJudge implements Disposable {
  /** How many values ajv has checked. */
  checked = 0;
  /** What it refused. */
  readonly refused: string[] = [];
  readonly #strict = strictOracle();
  readonly #open = openOracle();
  readonly #asked = { in: new Map<unknown, string>(), out: new Map<unknown, string>() };

  constructor() {
    subscribe(CHANNELS.frame, this.#see);
  }

  readonly #see = (event: unknown): void => {
    const { direction, body } = event as FrameEvent;
    const message = JSON.parse(body.toString()) as Message;
    if (message.method === undefined) this.#seeAnswer(direction, message);
    else this.#seeCall(direction, message as Message & { method: string });
  };

  #seeCall(direction: "in" | "out", { id, method, params = {} }: Message & { method: string }) {
    if (id !== undefined) this.#asked[direction].set(id, method);
    const union = protocol.unions.find(({ carrier }) => carrier?.method === method);
    if (union?.carrier) {
      const event = params[union.carrier.field] as { type: string };
      this.#judge(direction, event.type, union.arms[event.type], event);
      return;
    }
    const known = methods.get(method) as MethodDescriptor;
    const { [known.scope ?? ""]: _, ...rest } = params;
    this.#judge(direction, method, known.params, rest);
  }

  #seeAnswer(direction: "in" | "out", message: Message) {
    const method = this.#asked[direction === "in" ? "out" : "in"].get(message.id) ?? "";
    if (!("result" in message)) return;
    this.#judge(direction, `result of ${method}`, methods.get(method)?.result, message.result);
  }

  #judge(direction: "in" | "out", what: string, definition: string | undefined, value: unknown) {
    if (definition === undefined) return;
    this.checked++;
    const fits = direction === "in" ? this.#open : this.#strict;
    if (!fits(definition, value)) this.refused.push(what);
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNELS.frame, this.#see);
  }
}
