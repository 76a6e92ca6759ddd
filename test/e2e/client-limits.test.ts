import type { ProtocolMismatch } from "@stubwright/copilot";
import { describe, expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

const MB = 1024 * 1024;
const long = "x".repeat(2 * MB);

describe("R4 a message over limits.maxMessageBytes", () => {
  const limits = { maxMessageBytes: MB };

  test("that is an answer fails its call alone; the connection and its sessions go on", async () => {
    let texts: string[] = [];
    await using setup = await setUpFake(
      {
        handlers: {
          models: {
            list: () => ({ models: texts.map((id) => ({ id, name: id, capabilities: {} })) }),
          },
        },
      },
      { limits, restart: { minDelayMs: 0 } },
    );
    const { client } = setup;
    const restarts: unknown[] = [];
    client.on("restarting", (event) => restarts.push(event));
    const session = await client.createSession();
    texts = [long];
    const other = client.ping("beside it");
    await expect(client.listModels()).rejects.toMatchObject({ code: "FRAME_TOO_LARGE" });
    expect(await other).toMatchObject({ message: "pong: beside it" });
    texts = ["small"];
    expect(await client.listModels()).toHaveLength(1);
    expect((await session.sendAndWait("hi", 5_000))?.data.content).toBe("You said: hi");
    expect(client.state).toBe("connected");
    expect(restarts).toEqual([]);
  });

  test("that is an event is dropped and reported", async () => {
    await using setup = await setUpFake({}, { limits });
    const { client, server } = setup;
    const session = await client.createSession();
    const seen: string[] = [];
    session.on(({ type }) => seen.push(type));
    const reports: ProtocolMismatch[] = [];
    client.on("protocolMismatch", (report) => reports.push(report));
    const fake = server.sessions.get(session.sessionId);
    fake?.emit("assistant.message", { content: long, messageId: "m" });
    fake?.emit("session.info", { infoType: "after", message: "it" });
    await expect.poll(() => seen).toEqual(["session.start", "session.info"]);
    expect(reports).toMatchObject([{ kind: "badMessage", error: { code: "FRAME_TOO_LARGE" } }]);
  });

  test("is one of 64 MiB by default", async () => {
    await using setup = await setUpFake({
      handlers: {
        models: { list: () => ({ models: [{ id: long, name: "m", capabilities: {} }] }) },
      },
    });
    expect((await setup.client.listModels())[0]?.id).toHaveLength(2 * MB);
  });
});
