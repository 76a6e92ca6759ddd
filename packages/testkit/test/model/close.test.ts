import { expect, test, vi } from "vitest";
import { startScriptedModel } from "../../src/index.js";
import { ask } from "./ask.js";

test("close drops a request that hangs, and frees the port", async () => {
  const model = await startScriptedModel([{ text: "never", delayMs: Number.POSITIVE_INFINITY }]);
  const dropped = expect(ask(model)).rejects.toThrow();
  await vi.waitFor(() => expect(model.requests).toHaveLength(1));
  await Promise.all([model.close(), model.close()]);
  await dropped;
  expect(model.requests[0]?.outcome).toBe("aborted");
  await expect(fetch(`${model.url}/models`)).rejects.toThrow();
});

test("close cuts a stream in the middle", async () => {
  const model = await startScriptedModel([{ text: ["a", "b"], chunkDelayMs: 60_000 }]);
  const response = await ask(model, { stream: true });
  const cut = expect(response.text()).rejects.toThrow();
  await model.close();
  await cut;
  expect(model.requests[0]?.outcome).toBe("aborted");
});

test("notices that the caller hung up, and serves the next", async () => {
  await using model = await startScriptedModel([
    { text: "slow", delayMs: 60_000 },
    { text: "quick" },
  ]);
  const caller = new AbortController();
  const dropped = expect(ask(model, {}, { signal: caller.signal })).rejects.toThrow();
  await vi.waitFor(() => expect(model.requests).toHaveLength(1));
  caller.abort();
  await dropped;
  await vi.waitFor(() => expect(model.requests[0]?.outcome).toBe("aborted"));
  expect((await ask(model)).status).toBe(200);
  expect(model.unexpected).toEqual([]);
});
