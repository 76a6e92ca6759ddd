import { CopilotClient } from "@stubwright/copilot";
import { createFakeServer } from "@stubwright/testkit";
import { expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

test("N4 createSession and resumeSession end in time when the settings that follow hang", async () => {
  await using setup = await setUpFake({ misbehave: { neverAnswer: ["session.options.update"] } });
  const { client, server } = setup;
  const config = { skipCustomInstructions: true };
  const late = { code: "CALL_TIMEOUT" };
  const options = { timeoutMs: 100 };
  const created = client.createSession({ sessionId: "x", ...config }, options);
  await expect(created).rejects.toMatchObject(late);
  await expect(client.resumeSession("x", config, options)).rejects.toMatchObject(late);
  // What came too late is not kept.
  await expect
    .poll(() => server.calls.filter(({ method }) => method === "session.detach").length)
    .toBe(2);
});

test("N4 N6 the wait for a restart counts", async () => {
  const first = createFakeServer({ version: "1.0.85" });
  const { url } = await first.listen();
  const restart = { minDelayMs: 3_000, maxDelayMs: 3_000 };
  await using client = new CopilotClient({ cliUrl: url, restart });
  const session = await client.createSession();
  await first.close();
  await expect.poll(() => client.state).toBe("connecting");
  const began = performance.now();
  const signal = AbortSignal.timeout(100);
  await Promise.all([
    expect(session.sendAndWait("hi", { timeout: 200 })).rejects.toMatchObject({
      name: "TurnError",
      code: "TURN_TIMEOUT",
    }),
    expect(session.sendAndWait("hi", { signal })).rejects.toMatchObject({
      name: "TurnError",
      code: "TURN_ABORTED",
    }),
    expect(session.log("?", {}, { timeoutMs: 200 })).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
    }),
  ]);
  expect(performance.now() - began).toBeLessThan(1_500);
});

test("N4 what a restart took of a deadline is gone", async () => {
  await using setup = await setUpFake(
    { misbehave: { neverAnswer: ["session.send"] } },
    { restart: { minDelayMs: 600, maxDelayMs: 600 } },
  );
  const { client, server } = setup;
  const session = await client.createSession();
  for (const { peer } of server.connections) await peer.close();
  await expect.poll(() => client.state).toBe("connecting");
  const began = performance.now();
  const send = session.send("hi", { timeoutMs: 1_000 });
  await expect(send).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
  expect(performance.now() - began).toBeLessThan(1_300);
});
