import type { SessionRpc } from "@stubwright/copilot-protocol";
import { ResponseError } from "@stubwright/rpc";
import { describe, expect, test, vi } from "vitest";
import { serverQuirks } from "../src/server-quirks.js";
import { ConfigChanges } from "../src/session/config-changes.js";
import { SessionCore } from "../src/session/session-core.js";
import {
  type SessionInput,
  type SessionState,
  SessionStates,
  TRANSITIONS,
} from "../src/session/session-state.js";
import { TraceContexts } from "../src/session/trace-context.js";

type Kind = SessionState["kind"];

const KINDS = Object.keys(TRANSITIONS) as Kind[];
const INPUTS: readonly SessionInput[] = ["opened", "lost", "restored", "ends", "refused", "closed"];
const NONE: ReadonlySet<string> = new Set();

/** A session whose server answers what a test says, when it says so. */
function setUp() {
  const calls: { method: string; settle: (error?: Error) => void }[] = [];
  const call = (method: string) => () =>
    new Promise((resolve, reject) => {
      calls.push({
        method,
        settle: (error) => (error ? reject(error) : resolve({ success: true })),
      });
    });
  const rpc = { detach: call("detach"), destroy: call("destroy") } as unknown as SessionRpc;
  const onClosed = vi.fn();
  const core = new SessionCore(
    "s",
    {},
    {
      rpc,
      quirks: serverQuirks("1.0.85", 3),
      maxHeldBytes: 1_000,
      traces: new TraceContexts(undefined, () => {}),
      onHandlerError: () => {},
      onModelCallFailed: () => {},
      onPermissionHandlerMissing: () => {},
      onRolledBack: () => {},
      onEventsDropped: () => {},
      readRecord: async () => undefined,
      resumeForgotten: undefined,
      app: () => undefined,
      onClosed,
    },
  );
  return { core, calls, onClosed };
}

const refusal = () => new ResponseError({ code: -32603, message: "not now" });
const ended = (promise: Promise<void>) =>
  promise.then(
    () => "done",
    (error) => error.message,
  );
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Makes a session that is in a state, and what can happen to one. */
async function inState(kind: Kind) {
  const { core, calls } = setUp();
  if (kind !== "opening") core.open({});
  if (kind === "lost") core.lose(new Error("gone"));
  if (kind === "ending") void ended(core.end("disconnect"));
  if (kind === "closed") core.close(new Error("over"));
  expect(core.state.kind).toBe(kind);
  const inputs: Record<SessionInput, () => unknown> = {
    opened: () => core.open({}),
    lost: () => core.lose(new Error("gone")),
    restored: () => core.restored({}, undefined, NONE),
    ends: () => void ended(core.end("destroy")),
    refused: async () => {
      calls.at(-1)?.settle(refusal());
      await tick();
    },
    closed: () => core.close(new Error("over")),
  };
  return { core, inputs };
}

describe("the states of a session", () => {
  test.each(KINDS.flatMap((kind) => INPUTS.map((input) => [kind, input] as const)))(
    "%s: %s",
    async (kind, input) => {
      const { core, inputs } = await inState(kind);
      const next = TRANSITIONS[kind][input];
      try {
        await inputs[input]();
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot become/);
      }
      // An end of a session without a server is no question to anybody.
      const expected = kind === "lost" && input === "ends" ? ["closed"] : (next ?? [kind]);
      expect(expected).toContain(core.state.kind);
    },
  );

  test("what the table does not have is refused", () => {
    for (const kind of KINDS) {
      for (const input of INPUTS) {
        for (const target of KINDS) {
          const states = new SessionStates();
          const path: Partial<Record<Kind, [SessionInput, Kind][]>> = {
            open: [["opened", "open"]],
            lost: [
              ["opened", "open"],
              ["lost", "lost"],
            ],
            ending: [["ends", "ending"]],
            closed: [["closed", "closed"]],
          };
          for (const [step, to] of path[kind] ?? [])
            states.take(step, { kind: to } as SessionState);
          const take = () => states.take(input, { kind: target } as SessionState);
          if (TRANSITIONS[kind][input]?.includes(target)) expect(take).not.toThrow();
          else expect(take).toThrow(`A session that is ${kind} was ${input}`);
        }
      }
    }
  });

  test("a destroy goes on over a disconnect", async () => {
    const { core, calls, onClosed } = setUp();
    core.open({});
    const [first, second] = [ended(core.end("disconnect")), ended(core.end("destroy"))];
    expect(calls.map(({ method }) => method)).toEqual(["detach", "destroy"]);
    expect(core.state).toMatchObject({ kind: "ending", how: "destroy" });
    const third = ended(core.end("disconnect"));
    calls[0]?.settle();
    await first;
    calls[1]?.settle();
    expect(await Promise.all([second, third])).toEqual(["done", "done"]);
    expect(calls.length).toBe(2);
    expect(onClosed).toHaveBeenCalledOnce();
  });

  test("a destroy after a disconnect is done, and only once", async () => {
    const { core, calls } = setUp();
    core.open({});
    const first = ended(core.end("disconnect"));
    calls[0]?.settle();
    await first;
    const second = ended(core.end("destroy"));
    calls[1]?.settle();
    expect(await second).toBe("done");
    expect(calls.map(({ method }) => method)).toEqual(["detach", "destroy"]);
  });

  test("a refused destroy leaves the disconnect under it; a refused end leaves the session open", async () => {
    const { core, calls } = setUp();
    core.open({});
    const [first, second] = [ended(core.end("disconnect")), ended(core.end("destroy"))];
    calls[1]?.settle(refusal());
    expect(await second).toContain("not now");
    expect(core.state).toMatchObject({ kind: "ending", how: "disconnect" });
    calls[0]?.settle(refusal());
    expect(await first).toContain("not now");
    expect(core.state.kind).toBe("open");
    expect(core.closed.aborted).toBe(false);
  });

  test("each caller has its own deadline", async () => {
    const { core, calls } = setUp();
    core.open({});
    const first = ended(core.end("disconnect"));
    await expect(core.end("disconnect", { timeoutMs: 10 })).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
    });
    calls[0]?.settle();
    expect(await first).toBe("done");
  });

  test("a session that waits for its runtime is closed at once, and is told how it was ended", async () => {
    const { core, calls } = setUp();
    core.open({});
    core.lose(new Error("gone"));
    await core.end("destroy");
    expect(core.state).toMatchObject({ kind: "closed", how: "destroy" });
    expect(calls).toEqual([]);
  });

  test("an end that the server refuses leaves what it asked answerable", async () => {
    const { core, calls } = setUp();
    core.open({});
    const { requests } = core.callbacks;
    const work = requests.begin("r")!;
    const end = ended(core.end("disconnect"));
    expect(work.stop.aborted).toBe(true);
    expect(work.signal.aborted).toBe(false);
    const answers = work.end();
    calls[0]?.settle(refusal());
    await end;
    expect(await answers).toBe(true);
  });
});

describe("N13 the requests of a server", () => {
  const begin = () => {
    const { requests } = setUp().core.callbacks;
    return { requests, work: requests.begin("r")! };
  };

  test("each is worked on once", async () => {
    const { requests, work } = begin();
    expect(requests.begin("r")).toBeUndefined();
    expect(await work.end()).toBe(true);
    expect(await work.end()).toBe(false);
    expect(requests.begin("r")).toBeUndefined();
    requests.forgetSettled();
    expect(requests.begin("r")).toBeDefined();
  });

  test("an answer is kept until the turn is over, also when the request is settled", async () => {
    const { requests, work } = begin();
    await work.end();
    const answer = async () => {};
    requests.answer("r", answer);
    requests.settle("r", new Error("settled"));
    requests.forgetSettled();
    expect(requests.answered()).toEqual([["r", answer]]);
    expect(requests.willAnswer("r")).toBe(true);
    requests.forgetAnswers();
    expect(requests.willAnswer("r")).toBe(false);
  });

  test("one that is settled is not answered", async () => {
    const { requests, work } = begin();
    requests.settle("r", new Error("by another client"));
    expect([work.signal.aborted, work.stop.aborted, await work.end()]).toEqual([true, true, false]);
  });

  test("an answer waits for the server's word on an abort", async () => {
    for (const agreed of [true, false]) {
      const { requests, work } = begin();
      let decide!: (agreed: boolean) => void;
      requests.stop(
        new Error("aborted"),
        new Promise((resolve) => {
          decide = resolve;
        }),
      );
      const counts = work.end();
      decide(agreed);
      expect(await counts).toBe(!agreed);
      expect(work.signal.aborted).toBe(agreed);
    }
  });

  test("requests and answers are bounded, open ones are kept", async () => {
    const { requests } = begin();
    for (let i = 0; i < 3_000; i++) {
      const work = requests.begin(`${i}`);
      await work?.end();
      requests.answer(`${i}`, async () => {});
    }
    expect(requests.answered().length).toBe(256);
    expect(requests.begin("r")).toBeUndefined();
    expect(requests.begin("0")).toBeDefined();
  });
});

describe("the settings of a session", () => {
  const names = (config: object) => (config as { name?: string }).name;
  const named = (name: string) => ({ name }) as object;

  test("a refused change takes nothing away but itself", () => {
    const applied: (string | undefined)[] = [];
    const changes = new ConfigChanges(named("old"), (config) => applied.push(names(config)));
    const [a, b] = [changes.propose(named("a")), changes.propose(named("b"))];
    b.agree();
    a.withdraw();
    expect(names(changes.current)).toBe("b");
    expect(applied).toEqual(["a", "b"]);
  });

  test("two that are refused leave the first settings, in either order", () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const changes = new ConfigChanges(named("old"), () => {});
      const both = [changes.propose(named("a")), changes.propose(named("b"))];
      for (const index of order) both[index]?.withdraw();
      expect(names(changes.current)).toBe("old");
    }
  });

  test("what the server changes is kept in all of them", () => {
    const changes = new ConfigChanges(named("old"), () => {});
    const change = changes.propose(named("a"));
    changes.patch({ model: "m" });
    expect(changes.current).toEqual({ name: "a", model: "m" });
    change.withdraw();
    expect(changes.current).toEqual({ name: "old", model: "m" });
  });
});
