import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryTransportPair, Peer } from "@stubwright/rpc";
import { afterAll, describe, expect, test } from "vitest";
import { type Connection, connect } from "../src/connection/connection.js";
import {
  type Input,
  type State,
  type StateName,
  TRANSITIONS,
  transition,
} from "../src/connection/connection-state.js";
import { ManagedConnection, type OpenConnection } from "../src/connection/managed-connection.js";
import type { CopilotClientOptions } from "../src/options/options.js";
import { toSettings } from "../src/options/settings.js";

const STATES = Object.keys(TRANSITIONS) as StateName[];
const INPUTS = [
  ...new Set(STATES.flatMap((name) => Object.keys(TRANSITIONS[name]))),
] as readonly Input[];

/** Which states lead where, written down a second time, by what the app sees. */
const WANT: Readonly<Record<StateName, Partial<Record<Input, StateName>>>> = {
  idle: { start: "starting", stop: "idle" },
  starting: { opened: "up", failed: "failed", stop: "stopping" },
  up: { lost: "repairing", gaveUp: "failed", stop: "stopping" },
  repairing: { restored: "up", gaveUp: "failed", stop: "stopping" },
  stopping: { stopped: "idle", start: "starting" },
  failed: { start: "starting", stop: "idle" },
};

describe("S10 the table of states", () => {
  const state = (name: StateName) => ({ name }) as State;
  const all = STATES.flatMap((from) =>
    INPUTS.flatMap((input) => STATES.map((to) => [from, input, to] as const)),
  );
  test.each(all)("%s, %s: %s", (from, input, to) => {
    const next = state(to);
    if (WANT[from][input] === to) expect(transition(state(from), input, next)).toBe(next);
    else expect(() => transition(state(from), input, next)).toThrow(/^Internal error: /);
  });
  test("there are 6 states and 8 inputs", () => {
    expect([STATES.length, INPUTS.length]).toEqual([6, 8]);
  });
});

/** A connection over memory; `end` takes it away. */
function fakeConnection() {
  const [ours, theirs] = memoryTransportPair();
  const server = new Peer(theirs);
  const peer = new Peer(ours);
  const direct = { ping: async () => ({}) };
  const connection = { peer, direct, rpc: direct, caller: peer, process: undefined };
  return { connection: connection as unknown as Connection, end: () => server.close() };
}

type Fake = ReturnType<typeof fakeConnection>;

/** A connection that can be brought into each state, and what it told. */
function setUp(options: CopilotClientOptions = {}) {
  const told: string[] = [];
  const opened: Fake[] = [];
  const opening: PromiseWithResolvers[] = [];
  const hold = { open: false, restore: false };
  let resolveRestore: (() => void) | undefined;
  const open: OpenConnection = async (_settings, _hooks, signal) => {
    signal.throwIfAborted();
    if (hold.open) {
      await new Promise<void>((resolve, reject) => {
        opening.push({ resolve, reject });
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    }
    const fake = fakeConnection();
    opened.push(fake);
    return fake.connection;
  };
  const restart = { minDelayMs: 0, maxDelayMs: 0, heartbeatMs: 0, maxRestarts: 3 };
  const managed = new ManagedConnection(
    toSettings({ restart, ...options }),
    {
      closed: (cause) => told.push(cause ? `closed: ${cause.message}` : "closed"),
      lost: () => told.push("lost"),
      restore: async () => {
        if (hold.restore) {
          await new Promise<void>((resolve) => {
            resolveRestore = resolve;
          });
        }
        return [];
      },
      restarting: ({ attempt }) => told.push(`restarting ${attempt}`),
      restarted: () => told.push(`restarted ${managed.state}`),
      gaveUp: () => told.push(`gaveUp ${managed.state}`),
    },
    open,
  );
  return { managed, told, opened, opening, hold, restored: () => resolveRestore?.() };
}

interface PromiseWithResolvers {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const nothing = async () => [];

/** Brings a connection into a state, and keeps it there. */
async function inState(name: StateName, options: CopilotClientOptions = {}) {
  const setup = setUp(name === "failed" ? { ...options, autoRestart: false } : options);
  const { managed, opened, opening, hold } = setup;
  if (name === "idle") return setup;
  hold.open = name === "starting";
  const starting = managed.start();
  starting.catch(() => {});
  if (name === "starting") {
    await expect.poll(() => opening.length).toBe(1);
    return setup;
  }
  await starting;
  if (name === "up") return setup;
  if (name === "stopping") {
    // A shutdown that only the end of the connection ends.
    void managed.stop(({ peer }) => peer.closed.then(() => []));
    return setup;
  }
  hold.open = true;
  await opened[0]?.end();
  await expect.poll(() => managed.state).toBe(name === "failed" ? "error" : "connecting");
  return setup;
}

const SEEN: Readonly<Record<StateName, string>> = {
  idle: "disconnected",
  starting: "connecting",
  up: "connected",
  repairing: "connecting",
  stopping: "disconnected",
  failed: "error",
};

describe("S10 each request of the app, in each state", () => {
  test.each(STATES)("%s: what the app sees", async (name) => {
    const { managed } = await inState(name);
    expect(managed.state).toBe(SEEN[name]);
    if (name === "up") expect(managed.connected).toBe(managed.current);
    else {
      expect(managed.current).toBeUndefined();
      expect(() => managed.connected).toThrow(
        expect.objectContaining({
          code: "NOT_CONNECTED",
          message: expect.stringContaining("Client not connected"),
        }),
      );
    }
    await managed.forceStop();
  });

  test.each(STATES)("%s: stop, and only start() starts again", async (name) => {
    const { managed, opened, hold } = await inState(name);
    const before = opened.length;
    const stops = [managed.stop(nothing), managed.stop(nothing)];
    if (name === "stopping") void managed.forceStop();
    expect(managed.state).toBe("disconnected");
    // Late calls, while it is being stopped and afterwards.
    const refused = { code: "NOT_CONNECTED", message: expect.stringContaining("Client not conn") };
    await expect(managed.use()).rejects.toMatchObject(refused);
    expect(await Promise.all(stops)).toEqual([[], []]);
    await expect(managed.use()).rejects.toMatchObject(refused);
    await sleep(5);
    expect(opened.length).toBe(before);
    hold.open = false;
    await managed.start();
    expect(managed.state).toBe("connected");
    expect(await managed.use()).toBe(opened.at(-1)?.connection);
    await managed.stop(nothing);
  });

  test.each(STATES)("%s: forceStop", async (name) => {
    const { managed } = await inState(name);
    await managed.forceStop();
    expect(managed.state).toBe("disconnected");
    await expect(managed.use()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });

  test.each(STATES)("%s: start", async (name) => {
    const { managed, opening, hold } = await inState(name);
    const first = managed.start();
    expect(managed.state).toBe(name === "up" ? "connected" : "connecting");
    const second = managed.start();
    if (name === "stopping") void managed.forceStop();
    hold.open = false;
    for (const { resolve } of opening) resolve();
    if (name === "stopping") {
      await expect(first).rejects.toMatchObject({ code: "START_FAILED" });
      return;
    }
    if (name === "repairing") {
      await expect.poll(() => opening.length).toBe(1);
      opening[0]?.resolve();
    }
    expect(await first).toBe(await second);
    expect(managed.state).toBe("connected");
    await managed.forceStop();
  });
});

describe("S13 whoever waits is told", () => {
  test("a start that is stopped", async () => {
    const { managed } = await inState("starting");
    const waiting = [managed.start(), managed.use()];
    await managed.stop(nothing);
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({
        reason: { code: "START_FAILED", message: expect.stringContaining("Client not connected") },
      });
    }
  });

  test("a repair that is stopped: the sessions end at once", async () => {
    const { managed, told } = await inState("repairing");
    const waiting = managed.use();
    const stopping = managed.stop(nothing);
    expect(told).toEqual(["lost", ...told.slice(1, -1), "closed"]);
    await expect(waiting).rejects.toMatchObject({
      code: "NOT_CONNECTED",
      message: expect.stringContaining("Client not connected"),
    });
    await stopping;
  });

  test("a stop while sessions are restored closes the new connection", async () => {
    const { managed, opened, hold, restored } = setUp();
    await managed.start();
    hold.restore = true;
    await opened[0]?.end();
    await expect.poll(() => opened.length).toBe(2);
    const stopping = managed.stop(nothing);
    await expect(opened[1]?.connection.peer.closed).resolves.toBeUndefined();
    restored();
    expect(await stopping).toEqual([]);
    expect(managed.state).toBe("disconnected");
  });

  test("a stop tells what the shutdown told", async () => {
    const { managed, told } = await inState("up");
    const failed = new Error("no");
    expect(await managed.stop(async () => [failed])).toEqual([failed]);
    expect(told).toEqual(["closed"]);
    await managed.start();
    expect(await managed.stop(() => Promise.reject(failed))).toEqual([failed]);
  });

  test.each(["starting", "repairing"] as const)(
    "a stop at any moment of the end of %s is no internal error",
    async (name) => {
      for (let turns = 0; turns < 30; turns++) {
        const { managed, opened, opening } = await inState(name);
        if (name === "repairing") await expect.poll(() => opening.length).toBe(1);
        const waiting = managed.use().then(
          () => "connected",
          ({ message }: Error) => message,
        );
        opening[0]?.resolve();
        for (let turn = 0; turn < turns; turn++) await undefined;
        expect(await managed.stop(nothing)).toEqual([]);
        expect(managed.state).toBe("disconnected");
        expect(await waiting).toMatch(/^(?:connected$|Client not connected: it was stopped while)/);
        await Promise.all(opened.map(({ connection }) => connection.peer.closed));
      }
    },
  );

  test("a connection that comes after the stop is closed", async () => {
    const fake = fakeConnection();
    let come!: (connection: Connection) => void;
    const managed = new ManagedConnection(
      toSettings({}),
      {} as never,
      () =>
        new Promise((resolve) => {
          come = resolve;
        }),
    );
    const starting = managed.start();
    starting.catch(() => {});
    await expect.poll(() => come).toBeDefined();
    const stopping = managed.stop(nothing);
    come(fake.connection);
    expect(await stopping).toEqual([]);
    await expect(starting).rejects.toMatchObject({ code: "START_FAILED" });
    await expect(fake.connection.peer.closed).resolves.toBeUndefined();
  });
});

describe("S10 nothing is left of a connection that was opened in vain", () => {
  test("one that cannot be watched is closed, and the start fails", async () => {
    const { connection } = fakeConnection();
    const { peer } = connection;
    const broken = {
      get direct(): never {
        throw new Error("broken");
      },
      peer,
    } as unknown as Connection;
    const managed = new ManagedConnection(toSettings({}), {} as never, async () => broken);
    await expect(managed.start()).rejects.toThrow("broken");
    expect(managed.state).toBe("error");
    await expect(peer.closed).resolves.toBeUndefined();
  });

  test("one that cannot be prepared is closed", async () => {
    const ended = new Promise<void>((resolve) => {
      server.on("connection", (socket) =>
        socket
          .resume()
          .on("end", resolve)
          .on("error", () => {}),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const hooks = {
      prepare: () => {
        throw new Error("broken");
      },
      launched: () => {},
      next: () => undefined,
    };
    const settings = toSettings({ cliUrl: `127.0.0.1:${port}` });
    await expect(connect(settings, hooks, new AbortController().signal)).rejects.toMatchObject({
      code: "START_FAILED",
    });
    await ended;
  });
  const server = createServer();
  afterAll(() => server.close());
});

describe("N1 a loss", () => {
  test("is repaired, and told when it is true", async () => {
    const { managed, told, opened } = await inState("up");
    await opened[0]?.end();
    await expect.poll(() => told).toEqual(["lost", "restarting 1", "restarted connected"]);
    expect(managed.current).toBe(opened[1]?.connection);
    await managed.stop(nothing);
  });

  test("is given up when nothing helps; a call starts anew", async () => {
    const { managed, told, opened, opening, hold } = await inState("repairing");
    for (let tries = 1; tries <= 3; tries++) {
      await expect.poll(() => opening.length).toBe(tries);
      opening[tries - 1]?.reject(new Error("no"));
    }
    await expect.poll(() => managed.state).toBe("error");
    expect(told.slice(-2)).toEqual([expect.stringContaining("closed: "), "gaveUp error"]);
    expect(() => managed.connected).toThrow(/Client not connected: The runtime was lost/);
    hold.open = false;
    expect(await managed.use()).toBe(opened[1]?.connection);
    await managed.stop(nothing);
  });

  test("without autoRestart is told, and a call starts nothing", async () => {
    const { managed, told } = await inState("failed");
    expect(told).toEqual([expect.stringContaining("closed: ")]);
    await expect(managed.use()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });

  test("during a restore makes the sessions wait again", async () => {
    const { managed, told, opened, hold, restored } = setUp();
    await managed.start();
    hold.restore = true;
    await opened[0]?.end();
    await expect.poll(() => opened.length).toBe(2);
    await opened[1]?.end();
    await expect.poll(() => told).toEqual(["lost", "restarting 1", "lost"]);
    hold.restore = false;
    restored();
    await expect.poll(() => managed.state).toBe("connected");
    await managed.stop(nothing);
  });
});

describe("S10 no order of calls blocks", () => {
  const CALLS = ["start", "stop", "forceStop", "use", "lose"] as const;
  const orders = (length: number): (typeof CALLS)[number][][] =>
    length === 0 ? [[]] : orders(length - 1).flatMap((one) => CALLS.map((call) => [...one, call]));

  test.each(["at once", "one after the other"])("of four, %s", { timeout: 30_000 }, async (how) => {
    const run = async (calls: (typeof CALLS)[number][]) => {
      const { managed, opened } = setUp();
      const waits: Promise<unknown>[] = [];
      for (const call of calls) {
        const done =
          call === "lose"
            ? Promise.resolve(opened.at(-1)?.end())
            : call === "stop"
              ? managed.stop(nothing)
              : managed[call]();
        waits.push(done.catch((error: unknown) => error));
        if (how !== "at once") await sleep(0);
      }
      const late = sleep(5_000, "late", { ref: false });
      expect(await Promise.race([Promise.all(waits), late]), calls.join()).not.toBe("late");
      const stopped = await Promise.race([managed.stop(nothing), late]);
      expect(stopped, calls.join()).not.toBe("late");
      expect(managed.state).toBe("disconnected");
      await Promise.all(opened.map(({ connection }) => connection.peer.closed));
    };
    await Promise.all(orders(4).map(run));
  });
});
