import { setTimeout } from "node:timers/promises";
import { CanvasError, type CanvasOptions, createCanvas } from "@stubwright/copilot";
import { ResponseError } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const board = (options: Partial<CanvasOptions> = {}) =>
  createCanvas({
    id: "board",
    displayName: "Board",
    description: "The tasks of this project.",
    open: () => ({ url: "http://127.0.0.1:8000/", title: "Tasks" }),
    ...options,
  });

describe("P6 canvases of the app", { timeout: 60_000 }, () => {
  test("P6 the model opens one and acts on it", async () => {
    const seen: unknown[] = [];
    const canvas = board({
      inputSchema: { type: "object" },
      actions: [
        { name: "add", description: "Adds a task.", handler: ({ input }) => ({ added: input }) },
      ],
      open: ({ input, instanceId }) => {
        seen.push({ input, instanceId });
        return { url: "http://127.0.0.1:8000/", title: "Tasks" };
      },
      onClose: ({ instanceId }) => void seen.push({ closed: instanceId }),
    });
    let calls = 0;
    const script = () => {
      const steps = [
        {
          name: "open_canvas",
          arguments: { canvasId: "board", instanceId: "b1", input: { project: 7 } },
        },
        {
          name: "invoke_canvas_action",
          arguments: { instanceId: "b1", actionName: "add", input: { task: "sleep" } },
        },
      ];
      const step = steps[calls++];
      return step ? { toolCalls: [step] } : { text: "done" };
    };
    await using setup = await setUpReal(script);
    const session = await setup.client.createSession({
      ...setup.base,
      canvases: [canvas],
      requestCanvasRenderer: true,
      onPermissionRequest: () => ({ kind: "approve-once" }),
    });
    expect(session.openCanvases).toEqual([]);
    await session.sendAndWait("Open the board.");
    expect(setup.told()).toContain("sleep");
    expect(seen).toEqual([{ input: { project: 7 }, instanceId: "b1" }]);
    expect(session.openCanvases).toMatchObject([
      { canvasId: "board", instanceId: "b1", title: "Tasks", url: "http://127.0.0.1:8000/" },
    ]);
    session.openCanvases.length = 0;
    session.openCanvases[0]!.title = "changed";
    expect(session.openCanvases[0]!.title).toBe("Tasks");
    await session.rpc.canvas.close({ instanceId: "b1" });
    expect(seen).toHaveLength(2);
    expect(seen[1]).toEqual({ closed: "b1" });
    expect(session.openCanvases).toEqual([]);
    expect(setup.errors).toEqual([]);
  });

  test("P6 what handlers throw gets to the caller, with the code of a CanvasError", async () => {
    const canvas = board({
      actions: [
        {
          name: "refuse",
          handler: () => {
            throw new CanvasError("bad_input", "Not this one.");
          },
        },
        {
          name: "break",
          handler: () => {
            throw new TypeError("It broke.");
          },
        },
      ],
    });
    await using setup = await setUpReal([]);
    const session = await setup.client.createSession({ ...setup.base, canvases: [canvas] });
    const { canvas: calls } = session.rpc;
    await calls.open({ canvasId: "board", instanceId: "b1" });
    const invoke = (actionName: string) => calls.action.invoke({ instanceId: "b1", actionName });
    await expect(invoke("refuse")).rejects.toThrow("Not this one.");
    expect(setup.errors).toEqual([]);
    await expect(invoke("break")).rejects.toThrow("It broke.");
    expect(setup.errors).toMatchObject([{ source: "canvas board action break" }]);
  });

  test("P6 a session that is resumed has its canvases, and those that are open", async () => {
    await using setup = await setUpReal([{ text: "Hi." }]);
    const { client, base } = setup;
    const created = await client.createSession({ ...base, canvases: [board()] });
    await created.sendAndWait("Hello.");
    await created.rpc.canvas.open({ canvasId: "board", instanceId: "b1" });
    const open = created.openCanvases;
    await created.disconnect();
    const other = board({ open: () => ({ url: "http://127.0.0.1:9000/" }) });
    const session = await client.resumeSession(created.sessionId, {
      ...base,
      canvases: [other],
      openCanvases: open,
    });
    // The runtime opens it again, by the new handler.
    await expect
      .poll(() => session.openCanvases)
      .toMatchObject([{ instanceId: "b1", url: "http://127.0.0.1:9000/" }]);
  });

  test("P6 after a crash of the runtime open canvases are opened again", async () => {
    await using setup = await setUpReal([{ text: "Hi." }]);
    const { client, base } = setup;
    const session = await client.createSession({ ...base, canvases: [board()] });
    await session.sendAndWait("Hello.");
    await session.rpc.canvas.open({ canvasId: "board", instanceId: "b1" });
    // The runtime writes its record every 0.1 s.
    await setTimeout(500);
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    process.kill(client.processId!, "SIGKILL");
    await restarted;
    await expect.poll(() => session.openCanvases).toMatchObject([{ instanceId: "b1" }]);
  });
});

describe("P6 canvases and a fake server", () => {
  test("P6 requests for what there is not are refused, and a close that fails is reported", async () => {
    await using setup = await setUpFake();
    const canvas = board({
      onClose: () => {
        throw new Error("No way.");
      },
    });
    const { sessionId } = await setup.client.createSession({ canvases: [canvas] });
    const fake = setup.server.sessions.get(sessionId)!;
    const { declaration } = canvas;
    const sent = setup.server.calls.find(({ method }) => method === "session.create");
    expect(sent?.params).toMatchObject({ canvases: [declaration] });
    const asked = { extensionId: "x", canvasId: "board", instanceId: "b1" };
    const { client } = fake;
    await expect(client.canvas.open({ ...asked, canvasId: "other" })).rejects.toMatchObject({
      data: { code: "canvas_not_found" },
    });
    const action = client.canvas.action.invoke({ ...asked, actionName: "none" });
    const error = await action.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ data: { code: "canvas_action_no_handler" } });
    await client.canvas.close(asked);
    expect(setup.errors).toMatchObject([{ source: "canvas board onClose" }]);
  });

  test("P6 what createCanvas did not make, and ids that are there twice, are refused", async () => {
    await using setup = await setUpFake();
    const create = (canvases: unknown) => setup.client.createSession({ canvases } as never);
    await expect(create({})).rejects.toThrow("The option canvases must be a list of");
    await expect(create([{ id: "x" }])).rejects.toThrow("as item 0");
    await expect(create([board(), board()])).rejects.toThrow(
      'Duplicate canvas id "board" in option `canvases`.',
    );
    const untitled = board({ displayName: 5 as never });
    await expect(create([untitled])).rejects.toThrow("canvases[0].displayName");
  });
});
