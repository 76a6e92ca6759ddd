import type { SessionRpc, UIElicitationRequest } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import type { ElicitationResult } from "../callbacks/elicitation.js";
import type { ElicitationParams } from "../callbacks/elicitation-form.js";
import { CopilotError } from "../errors.js";

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
 * Asks the user of a session, through whichever client shows forms. Each call rejects with
 * {@link CopilotError} `NOT_SUPPORTED` where `session.capabilities.ui?.elicitation` is not true: a
 * server that shows no forms would never answer.
 */
export class SessionUi {
  readonly #show: SessionRpc["ui"]["elicitation"];
  readonly #isSupported: () => boolean;

  /** @internal */
  constructor(show: SessionRpc["ui"]["elicitation"], isSupported: () => boolean) {
    this.#show = show;
    this.#isSupported = isSupported;
  }

  /** Shows a form. */
  async elicitation(params: ElicitationParams, options?: CallOptions): Promise<ElicitationResult> {
    if (!this.#isSupported()) {
      throw new CopilotError("NOT_SUPPORTED", "Elicitation is not supported by the host.");
    }
    return (await this.#show(params as UIElicitationRequest, options)) as ElicitationResult;
  }

  /** Asks for a yes or no. @returns False also when the user declines or closes it. */
  async confirm(message: string, options?: CallOptions): Promise<boolean> {
    return (await this.#ask(message, { type: "boolean", default: true }, options)) === true;
  }

  /** Lets the user pick one of several. @returns Null when the user declines or closes it. */
  async select(message: string, choices: string[], options?: CallOptions): Promise<string | null> {
    return this.#text(message, { type: "string", enum: choices }, options);
  }

  /** Asks for a line of text. @returns Null when the user declines or closes it. */
  async input(
    message: string,
    field: UiInputOptions = {},
    options?: CallOptions,
  ): Promise<string | null> {
    return this.#text(message, { type: "string", ...field }, options);
  }

  async #text(
    message: string,
    field: object,
    options: CallOptions | undefined,
  ): Promise<string | null> {
    const value = await this.#ask(message, field, options);
    return typeof value === "string" ? value : null;
  }

  async #ask(message: string, field: object, options: CallOptions | undefined): Promise<unknown> {
    const requestedSchema = { type: "object", properties: { [FIELD]: field }, required: [FIELD] };
    const params = { message, requestedSchema } as ElicitationParams;
    const { action, content } = await this.elicitation(params, options);
    return action === "accept" ? content?.[FIELD] : undefined;
  }
}
