import { setTimeout as delay } from "node:timers/promises";
import { type CopilotSession, TurnError, type TurnOptions } from "@stubwright/copilot";
import { expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };

/** How a turn ended, in one line. */
const outcome = (session: CopilotSession, prompt: string, options: TurnOptions = {}) =>
  session.sendAndWait({ prompt, mode: "enqueue" }, options).then(
    (answer) => `answer ${answer?.data.content}`,
    (error: unknown) => (error instanceof TurnError ? `${error.code} ${error.message}` : error),
  );

test("N6 an error that comes with the answer to the send, or before it", limit, async () => {
  await using setup = await setUpFake({
    sessionHandlers: {
      send: ({ sessionId }) => {
        const fake = setup.server.sessions.get(sessionId)!;
        fake.emit("session.error", { errorType: "authentication", message: "no login" });
        fake.idle();
        return { messageId: "1" };
      },
    },
  });
  const session = await setup.client.createSession();
  expect(await outcome(session, "hi", { timeout: 5_000 })).toBe("TURN_FAILED no login");
});

test("N6 the real runtime without a login or a provider", limit, async () => {
  await using setup = await setUpReal([]);
  const { client } = setup;
  for (let i = 0; i < 3; i++) {
    const ended = await outcome(await client.createSession(), "hi", { timeout: 5_000 });
    expect(ended).toContain("TURN_FAILED");
  }
});

test("N6 an abort right after the send ends the turn, whenever it comes", limit, async () => {
  await using setup = await setUpReal(() => ({ text: "late" }));
  for (let i = 0; i < 10; i++) {
    const session = await setup.client.createSession(setup.base);
    const turn = outcome(session, "hi", { timeout: 8_000 });
    await session.abort();
    expect(await turn).toMatch(/^answer (undefined|late)$/);
  }
});

test("N6 neither an abort nor an error of an earlier turn ends the next one", limit, async () => {
  await using setup = await setUpReal((request) =>
    JSON.stringify(request.messages.at(-1)?.content).includes("bad")
      ? { error: { status: 400, message: "refused" }, delayMs: 300 }
      : { text: "mine" },
  );
  const session = await setup.client.createSession(setup.base);
  await session.send("bad");
  await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
  expect(await outcome(session, "good", { timeout: 20_000 })).toBe("answer mine");
});

test("N6 a message that runs after an abort has all its time", limit, async () => {
  await using setup = await setUpFake({
    onMessage: () => {},
    sessionHandlers: { abort: () => ({ success: true }) },
  });
  const session = await setup.client.createSession({ sessionId: "a" });
  const turn = outcome(session, "hi", { timeout: 20_000 });
  await delay(50);
  const fake = setup.server.sessions.get("a")!;
  fake.emit("abort", { reason: "user_initiated" });
  fake.emit("user.message", { content: "queued" });
  // Longer than a server without `session.idle` is waited for after an abort.
  await delay(5_500);
  fake.say("late");
  fake.idle();
  expect(await turn).toBe("answer late");
});
