import { isUtf8 } from "node:buffer";
import type { LlmInferenceHeaders, ServerRpc } from "@stubwright/copilot-protocol";
import { maskText } from "@stubwright/rpc/internal";

/** Most bytes of an answer in one message to the runtime. */
const MAX_CHUNK_BYTES = 256 * 1024;

/** The calls by which a client answers. */
export type ReplyCalls = Pick<ServerRpc["llmInference"], "httpResponseStart" | "httpResponseChunk">;

/** Thrown by a {@link Reply} when the runtime waits for no more; nothing went wrong then. */
export class NotAwaited extends Error {
  override readonly name = "NotAwaited";
}

/** The answer to one request, sent piece by piece: each call waits until the runtime took it. */
export class Reply {
  #state: "unsent" | "started" | "ended" = "unsent";
  readonly #calls: ReplyCalls;
  readonly #requestId: string;

  constructor(calls: ReplyCalls, requestId: string) {
    this.#calls = calls;
    this.#requestId = requestId;
  }

  /** Sends status and headers. @throws {@link NotAwaited} */
  async start(status: number, headers: LlmInferenceHeaders, statusText = ""): Promise<void> {
    if (this.#state !== "unsent") throw new NotAwaited();
    this.#state = "started";
    const { accepted } = await this.#calls.httpResponseStart({
      requestId: this.#requestId,
      status,
      headers,
      ...(statusText && { statusText }),
    });
    this.#expect(accepted);
  }

  /** Sends a part of the body. @throws {@link NotAwaited} */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += MAX_CHUNK_BYTES) {
      await this.#send(toData(bytes.subarray(at, at + MAX_CHUNK_BYTES)));
    }
  }

  /** Sends a whole message, text or bytes. @throws {@link NotAwaited} */
  async sendMessage(message: string | Uint8Array): Promise<void> {
    await this.#send(
      typeof message === "string" ? { data: message } : { data: base64(message), binary: true },
    );
  }

  /** Ends the answer; does nothing if it has ended. */
  async end(error?: { readonly message: string; readonly code?: string }): Promise<void> {
    if (this.#state !== "started") return;
    this.#state = "ended";
    // The runtime stops reading an event stream at its last event.
    await this.#calls.httpResponseChunk({
      requestId: this.#requestId,
      data: "",
      end: true,
      ...(error && { error: { ...error, message: maskText(error.message) } }),
    });
  }

  /** Ends the answer with an error, after a status if there was none yet. Never throws. */
  async fail(status: number, error: unknown): Promise<void> {
    const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
    const text = typeof message === "string" && message !== "" ? message : String(error);
    try {
      if (this.#state === "unsent") await this.start(status, {});
      await this.end({ message: text, ...(typeof code === "string" && { code }) });
    } catch {
      this.#state = "ended";
    }
  }

  async #send(chunk: { readonly data: string; readonly binary?: boolean }): Promise<void> {
    if (this.#state !== "started") throw new NotAwaited();
    const call = this.#calls.httpResponseChunk({ requestId: this.#requestId, ...chunk });
    this.#expect((await call).accepted);
  }

  #expect(accepted: boolean): void {
    if (accepted) return;
    this.#state = "ended";
    throw new NotAwaited();
  }
}

/** Text where it is text: it is shorter, and readable in a trace. */
function toData(bytes: Uint8Array): { readonly data: string; readonly binary?: boolean } {
  if (!isUtf8(bytes)) return { data: base64(bytes), binary: true };
  return { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8") };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
