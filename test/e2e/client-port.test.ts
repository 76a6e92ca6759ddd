import { CopilotClient, RpcError, RuntimeConnection, ValidationError } from "@stubwright/copilot";
import { createFakeServer, createIsolatedEnvironment } from "@stubwright/testkit";
import { expect, test } from "vitest";

test("P11 the port of a runtime over TCP, by which a second client joins", async () => {
  await using environment = await createIsolatedEnvironment();
  const connectionToken = "of-both";
  const connection = RuntimeConnection.forTcp({ connectionToken });
  await using first = new CopilotClient({ connection, env: environment.env });
  expect(first.port).toBeUndefined();
  await first.start();
  const url = `${first.port}`;
  await using second = new CopilotClient({
    connection: RuntimeConnection.forUri(url, { connectionToken }),
  });
  expect((await second.ping("joined")).message).toBe("pong: joined");
  expect(second.port).toBe(first.port);
  await first.stop();
  expect(first.port).toBeUndefined();
});

test("P11 there is none over stdio", async () => {
  await using environment = await createIsolatedEnvironment();
  await using client = new CopilotClient({ env: environment.env });
  await client.start();
  expect(client.port).toBeUndefined();
});

test("P1 errors of calls can be told apart by what this package exports", async () => {
  await using server = createFakeServer();
  await using client = new CopilotClient({ cliUrl: (await server.listen()).url });
  await client.start();
  const wrong = client.rpc.models.list({ gitHubToken: 5 } as never);
  await expect(wrong).rejects.toBeInstanceOf(ValidationError);
  await expect(wrong).rejects.toBeInstanceOf(RpcError);
});
