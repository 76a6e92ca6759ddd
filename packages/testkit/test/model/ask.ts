import type { ScriptedModel } from "../../src/index.js";

/** The part of a chunk, or of a whole answer, that the tests look at. */
export interface Reply {
  readonly choices: readonly {
    readonly delta?: Message;
    readonly message?: Message;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly total_tokens: number; readonly prompt_tokens: number };
}

interface Message {
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index?: number;
    readonly id?: string;
    readonly function: { readonly name?: string; readonly arguments: string };
  }[];
}

/** Asks the model with one user message. */
export function ask(model: ScriptedModel, extra: object = {}, init: RequestInit = {}) {
  const messages = [{ role: "user", content: "hi" }];
  return fetch(`${model.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: model.model, messages, ...extra }),
    ...init,
  });
}

/** Reads a streamed answer: its chunks, without the `[DONE]` that must end it. */
export async function readStream(response: Response): Promise<Reply[]> {
  const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
  const data = lines.map((line) => line.replace(/^data: /, ""));
  if (data.pop() !== "[DONE]") throw new Error("the stream does not end in [DONE]");
  return data.map((text) => JSON.parse(text) as Reply);
}

/** The text that the chunks add up to. */
export function textOf(chunks: readonly Reply[]): string {
  return chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? "").join("");
}
