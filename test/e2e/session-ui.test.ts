import { approveAll, type ElicitationResult } from "@stubwright/copilot";
import { describe, expect, test } from "vitest";
import { setUpReal } from "./session-support.js";

/** A session of the real runtime whose user fills in forms as told, in turn. */
async function withUser(...answers: ElicitationResult[]) {
  const setup = await setUpReal([]);
  const forms: unknown[] = [];
  const session = await setup.client.createSession({
    ...setup.base,
    onPermissionRequest: approveAll,
    onElicitationRequest: ({ message, requestedSchema }) => {
      forms.push({ message, field: requestedSchema?.properties.value });
      return answers.shift() ?? { action: "cancel" };
    },
  });
  return { setup, session, forms };
}

const accept = (value: string | boolean): ElicitationResult => ({
  action: "accept",
  content: { value },
});

describe("S20 a session asks its user, through the real runtime", { timeout: 30_000 }, () => {
  test("a question, a choice and a line of text are shown as forms and answered", async () => {
    const user = await withUser(accept(true), accept("blue"), accept("Ada"));
    await using _ = user.setup;
    const { session, forms } = user;
    expect(session.capabilities.ui?.elicitation).toBe(true);
    expect(await session.ui.confirm("Sure?")).toBe(true);
    expect(await session.ui.select("Which colour?", ["red", "blue"])).toBe("blue");
    expect(await session.ui.input("Who?", { title: "Name", maxLength: 9 })).toBe("Ada");
    expect(forms).toMatchObject([
      { message: "Sure?", field: { type: "boolean", default: true } },
      { message: "Which colour?", field: { type: "string", enum: ["red", "blue"] } },
      { message: "Who?", field: { type: "string", title: "Name", maxLength: 9 } },
    ]);
  });

  test("a form that is declined or closed is no answer", async () => {
    const user = await withUser({ action: "decline" }, { action: "cancel" }, { action: "decline" });
    await using _ = user.setup;
    const { ui } = user.session;
    expect(await ui.confirm("Sure?")).toBe(false);
    expect(await ui.select("Which colour?", ["red"])).toBeNull();
    expect(await ui.input("Who?")).toBeNull();
  });
});
