import { approveAll, type PermissionInvocation } from "@stubwright/copilot";
import type { ModelRequest } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { callsTool, setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };
/** One call of the shell, then an answer when its result is there. */
const runs = (command: string) => (request: ModelRequest) =>
  callsTool("bash", { command, description: "d" })(request);
/** A command whose output is not in its own text. */
const COMMAND = "echo it-$((40 + 2))";
const OUTPUT = "it-42";
const managedSettings = {
  permissions: { ask: ["Shell(*)", "Domain(publish.example)"] },
} as never;
const shell = {
  kind: "shell",
  fullCommandText: "curl http://publish.example",
  intention: "x",
  commands: [],
  possiblePaths: [],
  possibleUrls: [],
  hasWriteFileRedirection: false,
  canOfferSessionApproval: false,
} as never;
const managed = { ...(shell as object), managedApprovalRequired: true } as never;

describe("S22 what managed settings leave to a person", limit, () => {
  test("the real runtime says what a person must decide, and approveAll does not", async () => {
    await using setup = await setUpReal(runs(COMMAND));
    const invocations: PermissionInvocation[] = [];
    const requests: unknown[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      managedSettings,
      onPermissionRequest: async (request, invocation) => {
        invocations.push(invocation);
        requests.push(request);
        const decision = await approveAll(request, invocation);
        expect(decision).toEqual({ kind: "no-result" });
        return { kind: "user-not-available" };
      },
    });
    await session.sendAndWait("go", 30_000);
    expect(requests).toMatchObject([{ kind: "shell", managedApprovalRequired: true }]);
    expect(invocations).toMatchObject([{ managedSettingsEnabled: true }]);
    expect(setup.told()).not.toContain(OUTPUT);
    expect(setup.errors).toEqual([]);
  });

  test("without managed settings approveAll approves", async () => {
    await using setup = await setUpReal(runs(COMMAND));
    const session = await setup.client.createSession({
      ...setup.base,
      onPermissionRequest: approveAll,
    });
    await session.sendAndWait("go", 30_000);
    expect(setup.told()).toContain(OUTPUT);
  });

  test.each([3, 2])("approveAll denies where they are on, protocol %i", async (protocolVersion) => {
    await using setup = await setUpFake({
      protocolVersion,
      version: protocolVersion === 2 ? "0.0.420" : "1.0.85",
    });
    for (const config of [{ managedSettings }, { enableManagedSettings: true }]) {
      const { sessionId } = await setup.client.createSession({
        ...config,
        onPermissionRequest: approveAll,
      });
      const decision = await setup.server.sessions.get(sessionId)?.requestPermission(shell);
      expect(decision?.kind).toMatch(/user-not-available|denied-no-approval-rule/);
    }
    const refused = { source: "onPermissionRequest", error: { code: "NOT_SUPPORTED" } };
    expect(setup.errors).toMatchObject([refused, refused]);
  });

  test("an event that says they are on counts, and one that says there are none does not", async () => {
    await using setup = await setUpFake();
    const seen: (boolean | undefined)[] = [];
    const { sessionId } = await setup.client.createSession({
      onPermissionRequest: (_, { managedSettingsEnabled }) => {
        seen.push(managedSettingsEnabled);
        return { kind: "reject" };
      },
    });
    const fake = setup.server.sessions.get(sessionId)!;
    for (const source of ["none", "device", "none"]) {
      fake.emitRaw({
        type: "session.managed_settings_resolved",
        data: { source, managedKeys: [] },
      });
      await fake.requestPermission(shell);
    }
    expect(seen).toEqual([false, true, false]);
  });

  test("a request that a person must decide is left open, also where only its prompt says so", async () => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession({ onPermissionRequest: approveAll });
    const fake = setup.server.sessions.get(session.sessionId)!;
    fake.emitRaw({
      type: "permission.requested",
      data: { requestId: "a", permissionRequest: managed },
    });
    const promptRequest = { kind: "commands", managedApprovalRequired: true };
    fake.emitRaw({
      type: "permission.requested",
      data: { requestId: "b", permissionRequest: shell, promptRequest },
    });
    expect(await fake.requestPermission(shell)).toEqual({ kind: "approve-once" });
    const answers = setup.server.calls.filter(({ method }) => /PermissionRequest/.test(method));
    expect(answers.length).toBe(1);
  });

  test("alone with such a request, approveAll denies in protocol 2", async () => {
    await using setup = await setUpFake({ protocolVersion: 2, version: "0.0.420" });
    const { sessionId } = await setup.client.createSession({ onPermissionRequest: approveAll });
    const decision = await setup.server.sessions.get(sessionId)?.requestPermission(managed);
    expect(decision?.kind).toMatch(/^denied-/);
  });
});

describe("S22 a missing permission handler is reported once for each session", limit, () => {
  const missing = (client: { onDiagnostic(listener: (d: { kind: string }) => void): unknown }) => {
    const seen: unknown[] = [];
    client.onDiagnostic((diagnostic) => {
      if (diagnostic.kind === "permissionHandlerMissing") seen.push(diagnostic);
    });
    return seen;
  };

  test("on the real runtime, which denies by itself", async () => {
    let calls = 0;
    await using setup = await setUpReal(() =>
      calls++ < 2
        ? { toolCalls: [{ name: "bash", arguments: { command: COMMAND, description: "d" } }] }
        : { text: "done" },
    );
    const seen = missing(setup.client);
    const { sessionId } = await setup.client.createSession(setup.base);
    const session = await setup.client.resumeSession(sessionId, setup.base);
    await session.sendAndWait("go", 30_000);
    expect(setup.told()).not.toContain(OUTPUT);
    expect(seen).toEqual([{ kind: "permissionHandlerMissing", sessionId }]);
  });

  test.each([3, 2])("on a server that asks, protocol %i", async (protocolVersion) => {
    await using setup = await setUpFake({
      protocolVersion,
      version: protocolVersion === 2 ? "0.0.420" : "1.0.20",
    });
    const seen = missing(setup.client);
    for (let i = 0; i < 2; i++) {
      const { sessionId } = await setup.client.createSession();
      const fake = setup.server.sessions.get(sessionId);
      for (let j = 0; j < 2; j++) {
        expect((await fake?.requestPermission(shell))?.kind).toMatch(/^denied-no-approval/);
      }
    }
    expect(seen.length).toBe(2);
    expect(setup.errors).toEqual([]);
  });
});

describe("S22 a hook that may block the end of a turn", limit, () => {
  test("sees that it did, so that the turn ends", async () => {
    await using setup = await setUpReal(() => ({ text: "done" }));
    const seen: unknown[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      hooks: {
        onAgentStop: ({ stopHookActive }) => {
          seen.push(stopHookActive);
          return stopHookActive ? undefined : { decision: "block", reason: "Check it once more." };
        },
      },
    });
    await session.sendAndWait("go", 30_000);
    expect(seen).toEqual([false, true]);
    expect(setup.model.requests.length).toBe(2);
  });

  test("members in snake_case get their names in camelCase, values stay as they are", async () => {
    await using setup = await setUpFake();
    const seen: object[] = [];
    const { sessionId } = await setup.client.createSession({
      hooks: { onPreMcpToolCall: (input) => void seen.push(input) },
    });
    const input = {
      timestamp: 0,
      cwd: "/w",
      server_name: "m",
      tool_name: "t",
      toolName: "own",
      arguments: { a_b: 1 },
      _meta: { c_d: 2 },
    };
    const request = { sessionId, hookType: "preMcpToolCall", input };
    await setup.server.connections[0]!.peer.request("hooks.invoke", request);
    expect(seen).toMatchObject([
      { serverName: "m", toolName: "own", arguments: { a_b: 1 }, _meta: { c_d: 2 } },
    ]);
  });
});

describe("E2 forms where the host shows none", limit, () => {
  test("are refused at once by the real runtime's client", async () => {
    await using setup = await setUpReal(() => ({ text: "done" }));
    const { ui, capabilities } = await setup.client.createSession(setup.base);
    expect(capabilities.ui?.elicitation).toBe(false);
    const began = performance.now();
    for (const asked of [
      ui.confirm("?"),
      ui.select("?", ["a"]),
      ui.input("?"),
      ui.elicitation({ message: "?", requestedSchema: { type: "object", properties: {} } }),
    ]) {
      await expect(asked).rejects.toMatchObject({
        code: "NOT_SUPPORTED",
        message: expect.stringContaining("Elicitation is not supported by the host"),
      });
    }
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
