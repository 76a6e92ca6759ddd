import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { CopilotClient, CopilotSession, FactoryRunResult } from "@stubwright/copilot";
import type { NotesModel } from "./model.js";

/** What the steps work with. */
export interface Bench {
  readonly version: string;
  readonly client: CopilotClient;
  readonly session: CopilotSession;
  readonly model: NotesModel;
}

const WAIT_MS = 45_000;

/** Tries until it holds. @throws What it threw last. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await setTimeout(100);
    }
  }
}

/** The process of the extension, once it has joined. */
export function runningExtension({ session }: Pick<Bench, "session">): Promise<number> {
  return eventually(async () => {
    const { extensions } = await session.rpc.extensions.list();
    const [extension] = extensions;
    assert.equal(extension?.status, "running", JSON.stringify(extensions));
    const { canvases } = await session.rpc.canvas.list();
    assert.equal(canvases.length, 1);
    return extension.pid!;
  });
}

const ARGS = { notes: ["first", "second"] };

/** What is tried with the extension of the guide, in this order; a text says why it does not apply. */
export const STEPS: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
  async tool({ session }) {
    const answer = await session.sendAndWait("NOTE milk", WAIT_MS);
    assert.match(answer?.data.content ?? "", /Note 1 is on the board/);
  },

  async hook({ session }) {
    const answer = await session.sendAndWait("NOTE password", WAIT_MS);
    assert.match(answer?.data.content ?? "", /No passwords on the board/);
  },

  async canvas({ session }) {
    await session.sendAndWait("Open the BOARD.", WAIT_MS);
    const [open] = session.openCanvases;
    assert.equal(open?.title, "Notes");
    assert.equal(await (await fetch(open.url!)).text(), "milk");
    const counted = await session.rpc.canvas.action.invoke({
      instanceId: "n1",
      actionName: "count",
    });
    assert.equal(counted.result, 1);
  },

  async factory({ session, model }) {
    const run = await session.factory.run("digest", { args: ARGS });
    assert.equal(run.status, "completed", JSON.stringify(run));
    const { readings } = run.result as { readings: string[] };
    assert.deepEqual(readings, ["It asks for first.", "It asks for second."]);
    assert.deepEqual(model.asked.splice(0).sort(), ["first", "second"]);
    const { phases, progress } = await session.factory.getRunDetail(run.runId);
    assert.deepEqual(
      phases.map(({ title }) => title),
      ["Read", "Write"],
    );
    assert.ok(progress.records.some(({ text }) => text === "2 notes were read."));
    const [latest] = (await session.factory.listRuns()).filter(({ runId }) => runId === run.runId);
    assert.equal(latest?.factoryName, "digest");
  },

  async cancel({ session, model }) {
    model.hangs = true;
    const ending = session.factory.run("digest", { args: ARGS });
    const runId = await workingRun(session, model);
    await session.factory.cancel(runId);
    assert.equal((await ending).status, "cancelled");
    model.hangs = false;
    model.asked.length = 0;
  },

  async killed({ version, session, model }) {
    if (version === "1.0.81") {
      return "refuses an extension with hooks that is reloaded: Hook processor is not configured";
    }
    const pid = await runningExtension({ session });
    model.hangs = true;
    const ending = session.factory.run("digest", { args: ARGS });
    const runId = await workingRun(session, model);
    process.kill(pid, "SIGKILL");
    const cutOff = await ending;
    assert.equal(cutOff.runId, runId);
    assert.notEqual(cutOff.status, "completed");
    model.hangs = false;
    model.asked.length = 0;
    await session.rpc.extensions.reload();
    assert.notEqual(await runningExtension({ session }), pid);
    const resumed = await resume(session, runId);
    assert.ok(!(resumed instanceof Error), String(resumed));
    assert.equal(resumed.status, "completed", JSON.stringify(resumed));
    // The first reading is in the journal; only the second was asked for again.
    assert.deepEqual(model.asked.splice(0), ["second"]);
    return undefined;
  },

  async crash({ client, session, model }) {
    await runningExtension({ session });
    model.hangs = true;
    const ending = session.factory.run("digest", { args: ARGS }).catch((error: unknown) => error);
    const runId = await workingRun(session, model);
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    process.kill(client.processId!, "SIGKILL");
    await restarted;
    await ending;
    model.hangs = false;
    model.asked.length = 0;
    await runningExtension({ session });
    const resumed = await resume(session, runId);
    if (resumed instanceof Error) return `does not resume it: ${resumed.message}`;
    assert.equal(resumed.status, "completed", JSON.stringify(resumed));
    assert.deepEqual(model.asked.splice(0), ["second"]);
    return undefined;
  },
};

async function workingRun(session: CopilotSession, model: NotesModel): Promise<string> {
  return eventually(async () => {
    assert.deepEqual([...model.asked].sort(), ["first", "second"]);
    // The answer of the first is on its way to the journal.
    await setTimeout(500);
    const run = (await session.factory.listRuns()).find(({ status }) => status === "running");
    assert.ok(run);
    return run.runId;
  });
}

/** A factory that has just been registered again may take a moment. */
function resume(session: CopilotSession, runId: string): Promise<FactoryRunResult | Error> {
  return eventually(async () => {
    try {
      return await session.factory.resume(runId);
    } catch (error) {
      if (/cannot be resumed/.test((error as Error).message)) return error as Error;
      throw error;
    }
  });
}
