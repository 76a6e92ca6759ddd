import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  type IncomingMessage,
  type Interceptor,
  memoryTransportPair,
  type OutgoingMessage,
  Peer,
  ResponseError,
} from "../src/index.js";
import { collect, settle } from "./pair.js";

function connect(client: Interceptor[], server: Interceptor[] = []) {
  const [near, far] = memoryTransportPair();
  const caller = new Peer(near, { interceptors: client });
  const answerer = new Peer(far, { interceptors: server });
  return { caller, answerer, saw: collect(answerer) };
}

describe("interceptors", () => {
  it("stand around calls and handlers, the first outermost", async () => {
    const told: string[] = [];
    const named = (name: string): Interceptor => ({
      async outgoing(message, next) {
        told.push(`${name} calls ${message.kind} ${message.method}`);
        const result = await next(message);
        told.push(`${name} has ${result}`);
        return result;
      },
      async incoming(message, next) {
        told.push(`${name} gets ${message.kind} ${message.method}`);
        const result = await next(message);
        told.push(`${name} gives ${result}`);
        return result;
      },
    });
    const { caller, answerer } = connect([named("a"), named("b")], [named("c"), named("d")]);
    answerer.onRequest("x", () => "r");
    answerer.onNotification("n", () => "ignored");
    expect(await caller.request("x")).toBe("r");
    expect(told.splice(0)).toEqual([
      "a calls request x",
      "b calls request x",
      "c gets request x",
      "d gets request x",
      "d gives r",
      "c gives r",
      "b has r",
      "a has r",
    ]);
    await caller.notify("n");
    await settle();
    expect(told).toEqual([
      "a calls notification n",
      "b calls notification n",
      "b has undefined",
      "a has undefined",
      "c gets notification n",
      "d gets notification n",
      "d gives undefined",
      "c gives undefined",
    ]);
  });

  it("may change what is sent and what is handled, and the result", async () => {
    const seen: [OutgoingMessage[], IncomingMessage[]] = [[], []];
    const { caller, answerer } = connect(
      [
        {
          outgoing: async (message, next) => {
            seen[0].push(message);
            return `<${await next({ ...message, method: "y", params: { b: 2 } })}>`;
          },
        },
      ],
      [
        {
          incoming: async (message, next) => {
            seen[1].push(message);
            return `(${await next({ ...message, params: { c: 3 } })})`;
          },
        },
      ],
    );
    answerer.onRequest("y", (params, { method, id }) => JSON.stringify([params, method, id]));
    const options = { timeoutMs: 1_000 };
    expect(await caller.request("x", { a: 1 }, options)).toBe('<([{"c":3},"y",1])>');
    expect(seen[0]).toEqual([{ kind: "request", method: "x", params: { a: 1 }, options }]);
    expect(seen[1]).toMatchObject([{ kind: "request", method: "y", params: { b: 2 } }]);
    expect(seen[1][0]?.context?.signal).toBeInstanceOf(AbortSignal);
  });

  it("may answer in place of the handler, refuse, or fail", async () => {
    const { caller, answerer, saw } = connect(
      [],
      [
        {
          async incoming({ method }, _next) {
            if (method === "cached") return "from the cache";
            if (method === "denied") throw new ResponseError({ code: 403, message: "no" });
            throw new Error("token=secret");
          },
        },
      ],
    );
    let ran = 0;
    for (const method of ["cached", "denied", "broken"]) answerer.onRequest(method, () => ran++);
    answerer.onNotification("n", () => ran++);
    expect(await caller.request("cached")).toBe("from the cache");
    await expect(caller.request("denied")).rejects.toMatchObject({ code: 403, message: "no" });
    await expect(caller.request("broken")).rejects.toMatchObject({ code: -32603 });
    await caller.notify("n");
    await settle();
    expect(ran).toBe(0);
    expect(saw.map((seen) => seen.kind === "handlerError" && seen.method)).toEqual(["broken", "n"]);
  });

  it("turn what they throw at once into a rejection", async () => {
    const { caller } = connect([
      {
        outgoing() {
          throw new Error("at once");
        },
      },
    ]);
    await expect(caller.request("x")).rejects.toThrow("at once");
    await expect(caller.notify("x")).rejects.toThrow("at once");
  });

  it("leave handlers the order of arrival", async () => {
    const pass: Interceptor = { incoming: (message, next) => next(message) };
    const { caller, answerer } = connect([], [pass, pass]);
    const seen: string[] = [];
    answerer.onRequest("r", () => seen.push("r"));
    answerer.onNotification("n", () => seen.push("n"));
    for (let i = 0; i < 3; i++) {
      void caller.notify("n");
      void caller.request("r");
    }
    await settle();
    expect(seen).toEqual(["n", "r", "n", "r", "n", "r"]);
  });

  it("keep `this`, and one without a side is not asked", async () => {
    class Counter implements Interceptor {
      calls = 0;
      outgoing(message: OutgoingMessage, next: (message: OutgoingMessage) => Promise<unknown>) {
        this.calls++;
        return next(message);
      }
    }
    const counter = new Counter();
    const { caller, answerer } = connect([{}, counter]);
    answerer.onRequest("x", () => 1);
    expect(await caller.request("x")).toBe(1);
    expect(counter.calls).toBe(1);
  });

  it("reach a notification's handler only if there is one", async () => {
    let asked = 0;
    const { caller, saw } = connect(
      [],
      [{ incoming: (message, next) => next(message).finally(() => asked++) }],
    );
    await caller.notify("n", {});
    await sleep(5);
    expect([asked, saw]).toEqual([0, [{ kind: "unknownNotification", method: "n", params: {} }]]);
  });
});
