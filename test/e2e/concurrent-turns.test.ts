import { setTimeout as delay } from "node:timers/promises";
import { type CopilotSession, TurnError } from "@stubwright/copilot";
import type { ModelRequest } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };

/** What the user said last, of which the answer is made. */
const lastSaid = ({ messages }: ModelRequest) =>
  /message (\w+)/.exec(JSON.stringify(messages.findLast(({ role }) => role === "user")))?.[1];

const ask = (session: CopilotSession, name: string, options = {}) =>
  session.sendAndWait(`message ${name}`, options).then(
    (answer) => answer?.data.content,
    (error: unknown) => (error instanceof TurnError ? error.code : error),
  );

describe("N17 each of several waits gets the answer to its own message, on the real runtime", () => {
  const names = ["one", "two", "three", "four", "five"];
  const answers = (request: ModelRequest) => ({ text: `to ${lastSaid(request)}`, delayMs: 100 });

  test.each([2, 5])("%i at the same time", limit, async (count) => {
    await using setup = await setUpReal(answers);
    const session = await setup.client.createSession(setup.base);
    const asked = names.slice(0, count);
    const got = await Promise.all(asked.map((name) => ask(session, name)));
    expect(got).toEqual(asked.map((name) => `to ${name}`));
    expect(await ask(session, "after")).toBe("to after");
  });

  test("one that is sent in the middle of another", limit, async () => {
    await using setup = await setUpReal(answers);
    const session = await setup.client.createSession(setup.base);
    const first = ask(session, "one");
    await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
    expect(await Promise.all([first, ask(session, "two")])).toEqual(["to one", "to two"]);
  });

  test("an error of one leaves the others", limit, async () => {
    await using setup = await setUpReal((request) =>
      lastSaid(request) === "bad"
        ? { error: { status: 400, message: "refused" } }
        : answers(request),
    );
    const session = await setup.client.createSession(setup.base);
    const asked = ["one", "bad", "two"].map((name) => ask(session, name));
    expect(await Promise.all(asked)).toEqual(["to one", "TURN_FAILED", "to two"]);
  });

  test(
    "an abort in the middle ends what runs and what is queued, and nothing later",
    limit,
    async () => {
      await using setup = await setUpReal((request) => ({
        text: `to ${lastSaid(request)}`,
        delayMs: lastSaid(request) === "one" ? 30_000 : 0,
      }));
      const session = await setup.client.createSession(setup.base);
      const wait = (name: string) => ask(session, name, { timeout: 20_000 });
      const first = wait("one");
      await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
      const others = [wait("two"), wait("three")];
      await delay(100);
      await session.abort();
      expect(await Promise.all([first, ...others])).toEqual([undefined, undefined, undefined]);
      expect(await ask(session, "after")).toBe("to after");
    },
  );
});

describe("N17 older servers take up messages in order, and go on with them after an abort", () => {
  test("they name no messages", async () => {
    const queue: string[] = [];
    await using setup = await setUpFake({
      version: "1.0.60",
      sessionHandlers: {
        send: ({ prompt }) => {
          queue.push(prompt);
          return { messageId: `not in any event: ${prompt}` };
        },
      },
    });
    const session = await setup.client.createSession({ sessionId: "old" });
    const asked = ["one", "two", "three"].map((name) => ask(session, name, { timeout: 5_000 }));
    await expect.poll(() => queue.length).toBe(3);
    const fake = setup.server.sessions.get("old")!;
    fake.emit("user.message", { content: queue[0]!, messageId: "another" });
    fake.emit("abort", { reason: "user_initiated" });
    for (const prompt of queue.slice(1)) {
      fake.emit("user.message", { content: prompt });
      fake.say(`answer to ${prompt}`);
    }
    fake.idle();
    const expected = ["one", "two", "three"].map((name) =>
      queue[0] === `message ${name}` ? undefined : `answer to message ${name}`,
    );
    expect(await Promise.all(asked)).toEqual(expected);
  });
});

describe("N17 what events say ends a turn, and not their type", () => {
  test("an error from which the runtime recovers by another model", async () => {
    await using setup = await setUpFake({
      version: "1.0.102",
      onMessage: ({ session }) => {
        session.emit("session.error", {
          errorType: "rate_limit",
          message: "limit reached",
          eligibleForAutoSwitch: true,
        });
        session.say("from the other model");
        session.idle();
      },
    });
    const session = await setup.client.createSession({ onAutoModeSwitchRequest: () => "yes" });
    expect((await session.sendAndWait("go", 5_000))?.data.content).toBe("from the other model");
  });

  test("an error without data fails the turn", async () => {
    await using setup = await setUpFake({
      onMessage: ({ session }) => {
        session.emitRaw({ type: "session.error", data: null });
        session.idle();
      },
    });
    const session = await setup.client.createSession();
    expect(await ask(session, "go", { timeout: 5_000 })).toBe("TURN_FAILED");
    expect(setup.errors).toEqual([]);
  });

  test("an autopilot that says it is idle, and goes on", async () => {
    await using setup = await setUpFake({
      onMessage: async ({ session }) => {
        session.say("step one");
        session.emit("session.idle", { mode: "autopilot" }, { ephemeral: true });
        await delay(100);
        session.emit("user.message", { content: "go on", isAutopilotContinuation: true });
        session.say("step two");
        session.emit("session.task_complete", { summary: "done", success: true });
        session.emit("session.idle", { mode: "autopilot" }, { ephemeral: true });
      },
    });
    const session = await setup.client.createSession();
    expect(await ask(session, "go", { timeout: 5_000 })).toBe("step two");
  });
});

test("N6 a time that is none is refused before anything is sent", async () => {
  await using setup = await setUpFake();
  const session = await setup.client.createSession();
  const before = setup.server.calls.length;
  for (const wrong of [Number.NaN, -1, null, { timeout: Number.NaN }, { inactivityTimeout: -5 }]) {
    await expect(session.sendAndWait("go", wrong as never)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  }
  expect(setup.server.calls.length).toBe(before);
});

test("N4 a deadline that is none is refused before anything is started or sent", async () => {
  await using setup = await setUpFake();
  const { client } = setup;
  for (const wrong of [Number.NaN, -1, null, "5"]) {
    const options = { timeoutMs: wrong as never };
    for (const call of [
      client.createSession({}, options),
      client.resumeSession("x", {}, options),
      client.start(options),
      client.getStatus(options),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    }
  }
  expect(client.state).toBe("disconnected");
  expect(setup.server.calls).toEqual([]);
});
