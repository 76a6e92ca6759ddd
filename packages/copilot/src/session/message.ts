import { basename } from "node:path";
import type { Attachment, SendRequest } from "@stubwright/copilot-protocol";
import { CopilotError } from "../errors.js";
import type { ZodSchema } from "../tools/schema-objects.js";
import { toResponseFormat } from "./response-schema.js";

/** A place in a text, counted from 0. */
export interface TextPosition {
  line: number;
  character: number;
}

/**
 * Something that goes with a message. Names for display are optional: a file's is its name. Kinds
 * that only the protocol has, such as references to GitHub, can be given as it has them.
 */
export type MessageAttachment =
  | { type: "file"; path: string; displayName?: string }
  | { type: "directory"; path: string; displayName?: string }
  | {
      type: "selection";
      filePath: string;
      displayName: string;
      selection?: { start: TextPosition; end: TextPosition };
      /** The selected text. */
      text?: string;
    }
  | {
      type: "blob";
      /** The data in base64. */
      data: string;
      mimeType: string;
      displayName?: string;
    }
  | Attachment;

/** Where a message comes from. */
export type MessageSource = "user" | "system" | `agent-${string}`;

/** A message to the agent. */
export interface MessageOptions
  extends Pick<SendRequest, "prompt" | "mode" | "agentMode" | "displayPrompt"> {
  /** Headers of the requests to the model. */
  requestHeaders?: Record<string, string>;
  /** Where the message comes from. */
  source?: MessageSource;
  attachments?: MessageAttachment[];
  /**
   * What the answer to this message must look like: a JSON Schema, or a schema object such as one of
   * Zod 4. It holds for this message alone, tool calls between included, and does not go with the mode
   * `immediate`. `sendAndWait(message, schema)` also reads the answer.
   */
  responseSchema?: ZodSchema | Record<string, unknown>;
}

/**
 * A message as the server takes it.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no message.
 */
export function toSendRequest(message: string | MessageOptions): SendRequest {
  if (typeof message === "string") return { prompt: message };
  if (typeof message !== "object" || message === null) {
    const right = "A message must be a text, or an object with a prompt";
    throw new CopilotError("INVALID_OPTIONS", `${right}; found ${String(message)}.`);
  }
  const { attachments, responseSchema, ...rest } = message;
  if (responseSchema !== undefined && rest.mode === "immediate") {
    const why = "The options responseSchema and mode `immediate` exclude each other";
    throw new CopilotError(
      "INVALID_OPTIONS",
      `${why}: a message that joins a turn has no answer of its own.`,
    );
  }
  return {
    ...rest,
    ...(attachments && { attachments: attachments.map(toWireAttachment) }),
    ...(responseSchema !== undefined && { responseFormat: toResponseFormat(responseSchema) }),
  };
}

const NOWHERE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Fills in what the protocol requires and the app may leave out. */
function toWireAttachment(attachment: MessageAttachment): Attachment {
  switch (attachment?.type) {
    case "file":
    case "directory": {
      const { displayName = basename(`${attachment.path}`) } = attachment;
      return { ...attachment, displayName };
    }
    case "selection": {
      const { text = "", selection = NOWHERE } = attachment;
      return { ...attachment, text, selection };
    }
    default:
      return attachment as Attachment;
  }
}
