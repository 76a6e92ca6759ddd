import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClientDiagnostic,
  CopilotClient,
  defineTool,
  type PermissionHandler,
} from "@stubwright/copilot";
import { createFakeServer } from "@stubwright/testkit";
import { describe, expect, it } from "vitest";
import { type Company, type Member, startCompany } from "./company.js";

/** Events of a kind that a member saw, by what they are about. */
const of = (member: Member, type: string) => member.events.filter((event) => event.type === type);
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const text = async (turn: Promise<{ data: { content: string } } | undefined>) =>
  (await turn)?.data.content;
/** No event came twice. */
function expectOnce(company: Company): void {
  for (const { name, events } of company.members) {
    expect(new Set(ids(events)).size, name).toBe(events.length);
  }
}
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error("it did not come to that");
    await sleep(10);
  }
}
describe("N16 several clients of one session, on the real runtime over TCP", () => {
  it("an observer answers nothing, and sees everything", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"], toolMs: 100, approves: true });
    const observer = await company.member("observer");
    const session = await owner.create("observed");
    await observer.join("observed");
    expect(await text(session.sendAndWait("RUN alpha"))).toBe('got "alpha by owner"');
    expect(await text(session.sendAndWait("ASK me"))).toContain("asked-me");
    expect(owner.asked).toBe(1);
    await until(() => of(observer, "session.idle").length === 2);
    expect(of(observer, "tool.execution_complete")).toHaveLength(2);
    expect(ids(of(observer, "assistant.message"))).toEqual(ids(of(owner, "assistant.message")));
    expectOnce(company);
  });

  it("two owners of different tools each run their own", async () => {
    await using company = await startCompany();
    const first = await company.member("first", { tools: ["alpha"] });
    const second = await company.member("second", { tools: ["beta"] });
    const one = await first.create("shared");
    const two = await second.join("shared");
    expect(await text(one.sendAndWait("RUN beta"))).toBe('got "beta by second"');
    expect(await text(two.sendAndWait("RUN alpha"))).toBe('got "alpha by first"');
    expect([first.ran, second.ran]).toEqual([["alpha"], ["beta"]]);
    expectOnce(company);
  });

  it("a second owner of one tool is refused in the runtime's words, and takes nothing away", async () => {
    await using company = await startCompany();
    const first = await company.member("first", { tools: ["alpha"] });
    const second = await company.member("second", { tools: ["alpha"] });
    const session = await first.create("clash");
    await expect(second.join("clash")).rejects.toThrow(/alpha already registered/);
    expect(await text(session.sendAndWait("RUN alpha"))).toBe('got "alpha by first"');
    await first.leave();
    const again = await second.join("clash");
    expect(await text(again.sendAndWait("RUN alpha"))).toBe('got "alpha by second"');
    expectOnce(company);
  });

  it("an owner whose connection breaks during a call answers when it is back", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"], toolMs: 600 });
    const other = await company.member("other");
    await owner.create("cut");
    const session = await other.join("cut");
    const turn = session.sendAndWait("RUN alpha", 15_000);
    await until(() => owner.ran.length === 1);
    owner.link.cut();
    expect(await text(turn)).toBe('got "alpha by owner"');
    await until(() => of(owner, "session.idle").length === 1);
    expectOnce(company);
  });

  it("an owner that leaves during a call does not leave the others waiting", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"], toolMs: 60_000 });
    const other = await company.member("other");
    await owner.create("left");
    const session = await other.join("left");
    const turn = session.sendAndWait("RUN alpha", 15_000);
    await until(() => owner.ran.length === 1);
    await owner.leave();
    expect(await text(turn)).toMatch(/^got /);
    expect(await text(session.sendAndWait("SAY on"))).toBe("said on");
    expectOnce(company);
  });

  it("a permission that is open when its decider leaves is denied", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { decides: () => new Promise(() => {}) });
    const other = await company.member("other");
    await owner.create("undecided");
    const session = await other.join("undecided");
    const turn = session.sendAndWait("ASK me", 15_000);
    await until(() => owner.asked === 1);
    await owner.leave();
    expect(await text(turn)).toContain("Permission denied");
    expectOnce(company);
  });

  it("a decider that leaves can leave what is open to another one", async () => {
    await using company = await startCompany();
    const leaves: PermissionHandler = (_, { signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener("abort", () => resolve({ kind: "no-result" }));
      });
    let approve!: () => void;
    const decides: PermissionHandler = () =>
      new Promise((resolve) => {
        approve = () => resolve({ kind: "approve-once" });
      });
    const owner = await company.member("owner", { decides: leaves });
    const other = await company.member("other", { decides });
    await owner.create("handed-on");
    const session = await other.join("handed-on");
    const turn = session.sendAndWait("ASK me", 15_000);
    await until(() => owner.asked === 1 && other.asked === 1);
    await owner.leave();
    approve();
    expect(await text(turn)).toContain("asked-me");
    expectOnce(company);
  });

  it("the tools of a client that has left are not called any more", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"] });
    const other = await company.member("other");
    await owner.create("dropped");
    const session = await other.join("dropped");
    expect(await text(session.sendAndWait("RUN alpha"))).toBe('got "alpha by owner"');
    await owner.leave();
    expect(await text(session.sendAndWait("RUN alpha", 15_000))).toContain("does not exist");
    expectOnce(company);
  });

  it("when an owner crashes for good during a call, the others can abort and go on", async () => {
    await using company = await startCompany();
    const role = { tools: ["alpha"], toolMs: 60_000, autoRestart: false };
    const owner = await company.member("owner", role);
    const other = await company.member("other");
    await owner.create("crashed");
    const session = await other.join("crashed");
    const turn = session.sendAndWait("RUN alpha", 15_000);
    await until(() => owner.ran.length === 1);
    owner.link.close();
    await until(() => owner.session?.closed.aborted === true);
    expect(await Promise.race([turn, sleep(500, "waiting")])).toBe("waiting");
    await session.abort();
    // The last that the assistant said: the call of the tool that nobody runs any more.
    expect((await turn)?.data).toMatchObject({ content: "", toolRequests: [{ name: "alpha" }] });
    expect(of(other, "session.idle").at(-1)?.data).toMatchObject({ aborted: true });
    expect(of(other, "tool.execution_complete")).toEqual([]);
    expect(await text(session.sendAndWait("SAY on"))).toBe("said on");
    expectOnce(company);
  });

  it("a client that joins in the middle of a turn sees the rest of it once", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"], toolMs: 300 });
    const late = await company.member("late", { tools: ["beta"], approves: true });
    const session = await owner.create("joined");
    const turn = session.sendAndWait("RUN alpha");
    await until(() => owner.ran.length === 1);
    const joined = await late.join("joined");
    expect(await text(turn)).toBe('got "alpha by owner"');
    await until(() => of(late, "session.idle").length === 1);
    expect(ids(of(late, "assistant.message"))).toEqual(
      ids(of(owner, "assistant.message")).slice(-1),
    );
    expect(await text(joined.sendAndWait("RUN beta"))).toBe('got "beta by late"');
    expectOnce(company);
  });

  it("an owner that joins again while its tool is waited for runs it, once", async () => {
    await using company = await startCompany();
    const owner = await company.member("owner", { tools: ["alpha"] });
    const other = await company.member("other");
    const session = await other.create("again");
    await owner.join("again");
    const turn = session.sendAndWait("LATE RUN alpha", 15_000);
    await until(() => company.model.requests.length === 1);
    await owner.leave();
    await until(() => of(other, "external_tool.requested").length === 1);
    expect(owner.ran).toEqual([]);
    await owner.join("again");
    expect(await text(turn)).toBe('got "alpha by owner"');
    expect(owner.ran).toEqual(["alpha"]);
    expectOnce(company);
  });

  it("N17 each of many waits, of either client, gets the answer to its own message", async () => {
    await using company = await startCompany();
    const first = await company.member("first", { tools: ["alpha"], toolMs: 30 });
    const second = await company.member("second");
    const one = await first.create("many");
    const two = await second.join("many");
    const words = ["a", "b", "c", "d", "e", "f"];
    const turns = words.map((word, index) =>
      text((index % 2 ? one : two).sendAndWait(`SAY ${word}`)),
    );
    turns.push(text(two.sendAndWait("RUN alpha")));
    expect(await Promise.all(turns)).toEqual([
      ...words.map((word) => `said ${word}`),
      'got "alpha by first"',
    ]);
    expectOnce(company);
  });
});

/** A fake server lets several clients register one tool, as servers up to 1.0.60 do. */
describe("N16 several clients of one session, on a fake server", () => {
  it("of two owners of one tool the first answer counts, and the other's is no error", async () => {
    await using server = createFakeServer({ version: "1.0.60" });
    const { url } = await server.listen();
    const diagnostics: ClientDiagnostic[] = [];
    const ran: string[] = [];
    const open = async (name: string, ms: number) => {
      const client = new CopilotClient({ cliUrl: url });
      client.onDiagnostic((diagnostic) => void diagnostics.push(diagnostic));
      const handler = async () => {
        ran.push(name);
        await sleep(ms);
        return name;
      };
      const config = { tools: [defineTool("alpha", { handler })] };
      if (name === "slow") await client.createSession({ ...config, sessionId: "twice" });
      else await client.resumeSession("twice", config);
      return client;
    };
    await using _slow = await open("slow", 300);
    await using _quick = await open("quick", 10);
    const result = await server.sessions.get("twice")?.callTool("alpha", {});
    expect(result).toBe("quick");
    await sleep(400);
    expect(ran.sort()).toEqual(["quick", "slow"]);
    expect(diagnostics).toEqual([]);
  });
});
