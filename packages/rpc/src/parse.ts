import { isUtf8 } from "node:buffer";
import { RpcError } from "./errors.js";

/**
 * Reads the body of a frame.
 *
 * @throws {@link RpcError} with code `BAD_MESSAGE` when it is not UTF-8 or not JSON.
 */
export function parseBody(body: Buffer): unknown {
  const text = body.toString("utf8");
  // Decoding puts U+FFFD for every bad byte, so only texts with one need the second look.
  if (text.includes("\ufffd") && !isUtf8(body)) {
    throw new RpcError("BAD_MESSAGE", "The message is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RpcError("BAD_MESSAGE", "The message is not JSON", { cause: withoutText(error) });
  }
}

/** The engine quotes a part of the text, which may be a secret. */
function withoutText(error: unknown): SyntaxError {
  const { message } = error as SyntaxError;
  return new SyntaxError(message.replace(/,? *(?:\.{3})?".*$/s, ""));
}
