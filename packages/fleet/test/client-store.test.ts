import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CopilotClient,
  createFolderStore,
  DEFAULT_TENANT,
  exportStoredSession,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let model: ScriptedModel;
let folder: string;
const homes: IsolatedEnvironment[] = [];
const clients: CopilotClient[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-store-"));
  model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.forceStop();
  for (const home of homes.splice(0)) await home.remove();
  await model.close();
  await rm(folder, { recursive: true });
});

/** A client with a runtime and a home of its own, and a store that it shares through a folder. */
async function start() {
  const home = await createIsolatedEnvironment();
  homes.push(home);
  const sessionStore = createFolderStore(folder);
  const client = new CopilotClient({ env: home.env, cwd: home.folder, sessionStore });
  clients.push(client);
  return { client, sessionStore, home };
}
const settings = () => ({ model: model.model, provider: model.provider });

describe("F1 a client with the option sessionStore", () => {
  test("keeps sessions in the store, where another client resumes them", async () => {
    const one = await start();
    const session = await one.client.createSession(settings());
    const { sessionId } = session;
    expect((await session.sendAndWait("one"))?.data.content).toBe("answer 0");
    const key = { tenant: DEFAULT_TENANT, sessionId };
    const files = await exportStoredSession(one.sessionStore, key);
    expect(files.get("/state/events.jsonl")).toContain("answer 0");
    const home = await readdir(join(one.home.folder, "copilot"), { recursive: true });
    expect(home.filter((file) => file.endsWith("events.jsonl"))).toEqual([]);

    // Whoever has it is not disturbed.
    const two = await start();
    await expect(two.sessionStore.acquire(key, "another")).rejects.toMatchObject({
      code: "SESSION_HELD",
    });
    await one.client.stop();
    expect(await two.sessionStore.holderOf(key)).toBeUndefined();

    const again = await two.client.resumeSession(sessionId, settings());
    const texts = (await again.getMessages()).map(({ data }) => JSON.stringify(data)).join();
    expect(texts).toContain("answer 0");
    expect((await again.sendAndWait("two"))?.data.content).toBe("answer 1");
    await two.client.stop();
    const [listed] = await two.sessionStore.list(DEFAULT_TENANT);
    expect(listed?.sessionId).toBe(sessionId);
  }, 60_000);

  test("F4 survives a crash of its runtime with the same lease", async () => {
    const { client, sessionStore } = await start();
    const session = await client.createSession(settings());
    await session.sendAndWait("one");
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    process.kill(client.processId!, "SIGKILL");
    await restarted;
    expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
    await client.stop();
    const key = { tenant: DEFAULT_TENANT, sessionId: session.sessionId };
    const record = (await exportStoredSession(sessionStore, key)).get("/state/events.jsonl");
    expect(record).toContain("answer 0");
    expect(record).toContain("answer 1");
  }, 60_000);

  test("refuses a place for files beside it", () => {
    const sessionFs = {
      initialCwd: "/",
      sessionStatePath: "/state",
      conventions: "posix",
    } as const;
    const both = () => new CopilotClient({ sessionFs, sessionStore: createFolderStore(folder) });
    expect(both).toThrow(/sessionFs and sessionStore exclude each other/);
  });
});
