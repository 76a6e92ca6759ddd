import { CopilotClient } from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";

const weather = z.object({ degrees: z.number() });

describe("P10 structured output, on the real runtime", () => {
  let home: IsolatedEnvironment;
  let model: ScriptedModel;
  let client: CopilotClient;
  let answer = "";
  beforeAll(async () => {
    home = await createIsolatedEnvironment();
    model = await startScriptedModel(() => ({ text: [answer] }));
    client = new CopilotClient({ env: home.env });
  });
  afterAll(async () => {
    await client?.forceStop();
    await model?.close();
    await home?.remove();
  });
  const create = () => client.createSession({ model: model.model, provider: model.provider });
  const asked = () => model.requests.at(-1)?.body.response_format;

  test("the model is asked for the schema, and the answer is read by it", async () => {
    const session = await create();
    answer = '{"degrees": 18}';
    const result = await session.sendAndWait("How warm is it?", weather);
    expect(result.degrees).toBe(18);
    expect(asked()).toMatchObject({
      type: "json_schema",
      json_schema: { schema: { type: "object", required: ["degrees"] } },
    });
    // It holds for that message alone.
    answer = "some text";
    expect((await session.sendAndWait("And now?"))?.data.content).toBe("some text");
    expect(asked()).toBeUndefined();
  });

  test("an answer that does not fit is told with the reason", async () => {
    const session = await create();
    for (const wrong of ['{"degrees": "warm"}', "no JSON"]) {
      answer = wrong;
      await expect(session.sendAndWait({ prompt: "?" }, weather, 20_000)).rejects.toMatchObject({
        name: "CopilotError",
        code: "INVALID_RESULT",
        message: expect.stringContaining("does not fit its schema"),
        cause: expect.any(Error),
      });
    }
  });

  test("a message takes a JSON Schema, or a schema object, and then gives the event", async () => {
    const session = await create();
    answer = "{}";
    const schema = { type: "object", properties: {}, additionalProperties: false };
    for (const responseSchema of [schema, weather]) {
      const event = await session.sendAndWait({ prompt: "?", responseSchema });
      expect(event?.data.content).toBe("{}");
      expect(asked()).toMatchObject({ json_schema: { schema: { type: "object" } } });
    }
  });

  test("is refused with the mode immediate, and for what is no schema", async () => {
    const session = await create();
    const send = (options: object) => session.send({ prompt: "?", ...options });
    await expect(send({ mode: "immediate", responseSchema: weather })).rejects.toThrow(/exclude/);
    await expect(send({ responseSchema: "text" })).rejects.toThrow(/must be a JSON Schema/);
  });
});
