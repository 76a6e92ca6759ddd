import { defineTool } from "@stubwright/copilot";
import { expect, test } from "vitest";
import { callsTool, setUpReal } from "./session-support.js";

test("the real runtime takes a turn with a tool over the Responses API", async () => {
  const tool = defineTool("measure", { handler: () => "18 degrees" });
  await using setup = await setUpReal(callsTool("measure"));
  const session = await setup.client.createSession({
    model: setup.model.model,
    provider: { ...setup.model.provider, wireApi: "responses" },
    tools: [tool],
    onPermissionRequest: () => ({ kind: "approved" }),
  });
  const answer = await session.sendAndWait("How warm is it?", 30_000);
  expect(answer?.data.content).toBe("done");
  expect(setup.model.requests.map(({ wireApi }) => wireApi)).toEqual(["responses", "responses"]);
  expect(setup.told()).toContain("18 degrees");
  expect(setup.model.unexpected).toEqual([]);
}, 60_000);
