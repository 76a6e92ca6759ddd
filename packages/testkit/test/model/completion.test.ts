import { expect, test } from "vitest";
import { startScriptedModel } from "../../src/index.js";
import { ask, type Reply, readStream, textOf } from "./ask.js";

test("streams the chunks of the script, then the end and the usage", async () => {
  await using model = await startScriptedModel([{ text: ["one ", "two", ""] }]);
  const response = await ask(model, { stream: true, stream_options: { include_usage: true } });
  expect(response.headers.get("content-type")).toMatch("text/event-stream");
  const chunks = await readStream(response);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta?.content)).toEqual([
    "",
    "one ",
    "two",
    "",
    undefined,
    undefined,
  ]);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
  expect(chunks.at(-1)?.choices).toEqual([]);
  expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
  expect(model.requests[0]?.outcome).toBe("answered");
});

test("streams one string word by word, and no usage unless asked", async () => {
  await using model = await startScriptedModel([{ text: "  two words\n" }]);
  const chunks = await readStream(await ask(model, { stream: true }));
  expect(textOf(chunks)).toBe("  two words\n");
  expect(chunks).toHaveLength(4);
  expect(chunks.some((chunk) => chunk.usage)).toBe(false);
});

test("answers in one piece when no stream is wanted", async () => {
  const usage = { promptTokens: 11, completionTokens: 5 };
  await using model = await startScriptedModel([{ text: ["a", "b"], usage }]);
  const reply = (await (await ask(model)).json()) as Reply;
  expect(reply.choices[0]?.message?.content).toBe("ab");
  expect(reply.choices[0]?.finish_reason).toBe("stop");
  expect(reply.usage).toEqual({ prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 });
});

test("streams tool calls in pieces that add up", async () => {
  await using model = await startScriptedModel([
    {
      text: "Looking.",
      toolCalls: [
        { name: "lookup", arguments: { city: "Zürich" } },
        { name: "ping", arguments: {}, id: "mine" },
      ],
    },
  ]);
  const chunks = await readStream(await ask(model, { stream: true }));
  const calls: { id?: string; name?: string; text: string }[] = [];
  for (const piece of chunks.flatMap((chunk) => chunk.choices[0]?.delta?.tool_calls ?? [])) {
    const index = piece.index ?? -1;
    calls[index] ??= { id: piece.id, name: piece.function.name, text: "" };
    calls[index].text += piece.function.arguments;
  }
  expect(calls).toEqual([
    { id: "call_0_0", name: "lookup", text: '{"city":"Zürich"}' },
    { id: "mine", name: "ping", text: "{}" },
  ]);
  expect(textOf(chunks)).toBe("Looking.");
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
});

test("gives tool calls without text a null content", async () => {
  await using model = await startScriptedModel([{ toolCalls: [{ name: "t", arguments: {} }] }]);
  const reply = (await (await ask(model)).json()) as Reply;
  expect(reply.choices[0]?.message?.content).toBeNull();
  expect(reply.choices[0]?.finish_reason).toBe("tool_calls");
});

test("waits before the answer and between chunks", async () => {
  await using model = await startScriptedModel([
    { text: ["a", "b"], delayMs: 40, chunkDelayMs: 20 },
  ]);
  const start = performance.now();
  await readStream(await ask(model, { stream: true }));
  // Timers of Node may fire up to 1 ms early, each.
  expect(performance.now() - start).toBeGreaterThanOrEqual(77);
});
