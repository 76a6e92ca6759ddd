import { expect, test } from "vitest";
import { startScriptedModel } from "../../src/index.js";
import { ask } from "./ask.js";

test("records what was asked", async () => {
  await using model = await startScriptedModel([{ text: "ok" }], { model: "m", apiKey: "k" });
  const parameters = { type: "object", properties: {} };
  const tools = [{ type: "function", function: { name: "t", description: "d", parameters } }];
  const headers = { authorization: `Bearer ${model.provider.apiKey}` };
  await ask(model, { tools, temperature: 0 }, { headers });
  const [request] = model.requests;
  expect(request).toMatchObject({ index: 0, model: "m", stream: false });
  expect(request?.messages).toEqual([{ role: "user", content: "hi" }]);
  expect(request?.tools).toEqual([{ name: "t", description: "d", parameters }]);
  expect(request?.body.temperature).toBe(0);
  expect(request?.headers.authorization).toBe("Bearer k");
  expect(model.provider).toEqual({
    type: "openai",
    baseUrl: model.url,
    apiKey: "k",
    wireApi: "completions",
  });
});

test("takes turns from a function of the request", async () => {
  await using model = await startScriptedModel(async ({ index, messages }) =>
    index < 2 ? { text: `${index}: ${String(messages.at(-1)?.content)}` } : undefined,
  );
  expect(await (await ask(model)).text()).toMatch("0: hi");
  expect(await (await ask(model)).text()).toMatch("1: hi");
  expect((await ask(model)).status).toBe(500);
  expect(model.unexpected).toHaveLength(1);
});

test("answers an error turn with its status, then goes on", async () => {
  await using model = await startScriptedModel([
    { error: { status: 429, message: "slow down" } },
    { error: { status: 503, message: "gone", retry: false } },
    { text: "ok" },
  ]);
  const refused = await ask(model, { stream: true });
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ error: { message: "slow down" } });
  expect(refused.headers.get("x-should-retry")).toBeNull();
  expect((await ask(model)).headers.get("x-should-retry")).toBe("false");
  expect((await ask(model)).status).toBe(200);
  expect(model.requests.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "answered"]);
  expect(model.unexpected).toEqual([]);
});

test("refuses a request beyond the script and lists it", async () => {
  await using model = await startScriptedModel([]);
  const response = await ask(model);
  expect(response.status).toBe(500);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(await response.text()).toMatch("no turn for request 0");
  expect(model.requests[0]?.outcome).toBe("unexpected");
  expect(model.unexpected).toMatchObject([
    { target: "POST /v1/chat/completions", reason: expect.stringContaining("no turn") },
  ]);
});

test.each([
  ["no JSON", "{", 400],
  ["no object", "[]", 400],
  ["no model", '{"messages":[]}', 400],
  ["no messages", '{"model":"m"}', 400],
])("refuses a body with %s and uses up no turn", async (_what, body, status) => {
  await using model = await startScriptedModel([{ text: "ok" }]);
  expect((await ask(model, {}, { body })).status).toBe(status);
  expect(model.unexpected).toMatchObject([{ body }]);
  expect((await ask(model)).status).toBe(200);
});

test("lists unknown paths as unexpected", async () => {
  await using model = await startScriptedModel([]);
  expect((await fetch(`${model.url}/embeddings`, { method: "POST", body: "{}" })).status).toBe(404);
  expect(model.unexpected).toMatchObject([{ target: "POST /v1/embeddings" }]);
});

test("turns a script that throws into an unexpected request", async () => {
  await using model = await startScriptedModel(() => {
    throw new Error("no idea");
  });
  const response = await ask(model);
  expect(response.status).toBe(500);
  expect(await response.text()).toMatch("no idea");
  expect(model.requests[0]?.outcome).toBe("unexpected");
  expect(model.unexpected).toHaveLength(1);
});

test("lists its model", async () => {
  await using model = await startScriptedModel([], { model: "m" });
  const list = await (await fetch(`${model.url}/models`)).json();
  expect(list).toMatchObject({ object: "list", data: [{ id: "m", object: "model" }] });
});
