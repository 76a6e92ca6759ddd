import type { SessionRpc, UIElicitationRequest } from "@stubwright/copilot-protocol";
import type { ElicitationResult } from "../callbacks/elicitation.js";

/** How a line of text is asked for. */
export interface UiInputOptions {
  /** Label of the field. */
  title?: string;
  description?: string;
  minLength?: number;
  maxLength?: number;
  format?: "email" | "uri" | "date" | "date-time";
  default?: string;
}

/** The name of the one field that the short forms have. */
const FIELD = "value";

/**
 * Asks the user of a session, through whichever client shows forms. Only where
 * `session.capabilities.ui?.elicitation` is true.
 */
export class SessionUi {
  readonly #rpc: () => SessionRpc;

  /** @internal */
  constructor(rpc: () => SessionRpc) {
    this.#rpc = rpc;
  }

  /** Shows a form. */
  async elicitation(params: UIElicitationRequest): Promise<ElicitationResult> {
    return (await this.#rpc().ui.elicitation(params)) as ElicitationResult;
  }

  /** Asks for a yes or no. @returns False also when the user declines or closes it. */
  async confirm(message: string): Promise<boolean> {
    return (await this.#ask(message, { type: "boolean", default: true })) === true;
  }

  /** Lets the user pick one of several. @returns Null when the user declines or closes it. */
  async select(message: string, options: string[]): Promise<string | null> {
    return this.#text(message, { type: "string", enum: options });
  }

  /** Asks for a line of text. @returns Null when the user declines or closes it. */
  async input(message: string, options: UiInputOptions = {}): Promise<string | null> {
    return this.#text(message, { type: "string", ...options });
  }

  async #text(message: string, field: object): Promise<string | null> {
    const value = await this.#ask(message, field);
    return typeof value === "string" ? value : null;
  }

  async #ask(message: string, field: object): Promise<unknown> {
    const requestedSchema = { type: "object", properties: { [FIELD]: field }, required: [FIELD] };
    const params = { message, requestedSchema } as UIElicitationRequest;
    const { action, content } = await this.elicitation(params);
    return action === "accept" ? content?.[FIELD] : undefined;
  }
}
