import { expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/index.js";

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly delta?: string;
  readonly item?: Item;
  readonly response?: { readonly status: string; readonly output: readonly Item[] };
}

interface Item {
  readonly type: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly content?: readonly { readonly text: string }[];
}

function ask(model: ScriptedModel, body: object = {}) {
  const given = { model: model.model, input: "hi", ...body };
  return fetch(`${model.url}/responses`, { method: "POST", body: JSON.stringify(given) });
}

/** The events of a stream; each has its name also in the line before its data. */
async function readEvents(response: Response): Promise<Event[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    const event = JSON.parse(data ?? "") as Event;
    expect(event.type).toBe(name);
    return event;
  });
}

test("streams a text chunk by chunk, and the whole response at the end", async () => {
  await using model = await startScriptedModel([{ text: ["one ", "two"] }]);
  const response = await ask(model, { stream: true });
  expect(response.headers.get("content-type")).toMatch("text/event-stream");
  const events = await readEvents(response);
  expect(events.map(({ type }) => type.replace("response.", ""))).toEqual([
    "created",
    "in_progress",
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.delta",
    "output_text.done",
    "content_part.done",
    "output_item.done",
    "completed",
  ]);
  expect(events.map((event) => event.sequence_number)).toEqual([...events.keys()]);
  expect(events.flatMap(({ delta }) => delta ?? [])).toEqual(["one ", "two"]);
  const whole = events.at(-1)?.response;
  expect(whole?.status).toBe("completed");
  expect(whole?.output).toEqual([events.at(-2)?.item]);
  expect(whole?.output[0]?.content?.[0]?.text).toBe("one two");
});

test("streams tool calls, their arguments in pieces that add up", async () => {
  await using model = await startScriptedModel([
    {
      text: "Looking.",
      toolCalls: [
        { name: "lookup", arguments: { city: "Zürich" } },
        { name: "ping", arguments: {}, id: "mine" },
      ],
    },
  ]);
  const events = await readEvents(await ask(model, { stream: true }));
  const pieces = events.filter(({ type }) => type === "response.function_call_arguments.delta");
  expect(pieces.map(({ delta }) => delta).join("")).toBe('{"city":"Zürich"}{}');
  const [message, ...calls] = events.at(-1)?.response?.output ?? [];
  expect(message?.type).toBe("message");
  expect(calls).toMatchObject([
    { type: "function_call", call_id: "call_0_0", name: "lookup", arguments: '{"city":"Zürich"}' },
    { type: "function_call", call_id: "mine", name: "ping", arguments: "{}" },
  ]);
});

test("asks for tools without a word where the turn has none", async () => {
  await using model = await startScriptedModel([{ toolCalls: [{ name: "t", arguments: {} }] }]);
  const { output } = (await (await ask(model)).json()) as { output: Item[] };
  expect(output.map(({ type }) => type)).toEqual(["function_call"]);
});

test("answers in one piece when no stream is wanted", async () => {
  const usage = { promptTokens: 11, completionTokens: 5 };
  await using model = await startScriptedModel([{ text: ["a", "b"], usage }]);
  expect(await (await ask(model)).json()).toMatchObject({
    object: "response",
    status: "completed",
    output: [{ type: "message", role: "assistant", content: [{ text: "ab" }] }],
    usage: { input_tokens: 11, output_tokens: 5, total_tokens: 16 },
  });
});

test("tells the conversation and the tools in the words of the other API", async () => {
  await using model = await startScriptedModel([{ text: "ok" }, { text: "ok" }]);
  const tool = {
    type: "function",
    name: "lookup",
    description: "d",
    parameters: { type: "object" },
  };
  const content = [{ type: "input_text", text: "Where?" }];
  await ask(model, {
    instructions: "Be brief.",
    tools: [tool, { type: "web_search" }],
    input: [
      { type: "message", role: "user", content },
      { type: "reasoning", id: "r", summary: [] },
      { type: "function_call", call_id: "c", name: "lookup", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "There." },
    ],
  });
  await ask(model);
  expect(model.requests[0]).toMatchObject({
    wireApi: "responses",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content },
      {
        role: "assistant",
        tool_calls: [{ id: "c", function: { name: "lookup", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c", content: "There." },
    ],
    tools: [{ name: "lookup", description: "d", parameters: { type: "object" } }],
  });
  expect(model.requests[0]?.tools).toHaveLength(1);
  expect(model.requests[1]?.messages).toEqual([{ role: "user", content: "hi" }]);
});

test("refuses what is no request, and gives errors as the script says", async () => {
  await using model = await startScriptedModel([{ error: { status: 429, message: "slow down" } }]);
  expect((await ask(model)).status).toBe(429);
  expect((await ask(model, { input: 5 })).status).toBe(400);
  expect(model.unexpected.map(({ reason }) => reason)).toEqual([
    "not a request of /v1/responses: TypeError: `input` is neither a text nor a list",
  ]);
});

test("names the API that a session shall use", async () => {
  await using model = await startScriptedModel([], { wireApi: "responses" });
  expect(model.provider.wireApi).toBe("responses");
});
