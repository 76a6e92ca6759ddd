import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import * as ours from "../src/index.js";
import { ConnectionClosedError, ResponseError, RpcError, TimeoutError } from "../src/index.js";
import { rawPeer } from "./pair.js";

describe("instanceof", () => {
  it("holds across two copies of the package, for each class and for no other", async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      write: false,
    });
    const code = Buffer.from(outputFiles[0]!.contents).toString("base64");
    const other = (await import(`data:text/javascript;base64,${code}`)) as typeof ours;
    expect(other.RpcError).not.toBe(RpcError);
    const make = (rpc: typeof ours) => ({
      RpcError: new rpc.RpcError("INTERNAL", "m"),
      ResponseError: new rpc.ResponseError({ code: 7 }),
      ConnectionClosedError: new rpc.ConnectionClosedError(),
      ProcessExitError: new rpc.ProcessExitError(1, null, ""),
      ValidationError: new rpc.ValidationError("INVALID_PARAMS", "x", []),
      FrameError: new rpc.FrameError("BAD_HEADER", "m"),
      TimeoutError: new rpc.TimeoutError("x", 5),
      AbortedError: new rpc.AbortedError("x", undefined),
    });
    const names = Object.keys(make(ours)) as Array<keyof ReturnType<typeof make>>;
    for (const [errors, classes] of [
      [make(other), ours],
      [make(ours), other],
      [make(ours), ours],
    ] as const) {
      for (const name of names) {
        const fits = names.filter((kind) => errors[name] instanceof classes[kind]);
        expect(fits.sort()).toEqual([...new Set(["RpcError", name])].sort());
      }
    }
    expect(RpcError.from(make(other).TimeoutError).code).toBe("CALL_TIMEOUT");
  });

  it("holds for nothing else, and for derived classes by their prototype", () => {
    class Mine extends ResponseError {}
    const mine = new Mine({ code: 7 });
    expect([mine instanceof Mine, mine instanceof ResponseError]).toEqual([true, true]);
    expect(new ResponseError({ code: 7 }) instanceof Mine).toBe(false);
    for (const value of [
      null,
      undefined,
      7,
      "x",
      {},
      new Error("x"),
      () => {},
      RpcError.prototype.constructor,
    ]) {
      expect((value as unknown) instanceof RpcError).toBe(false);
    }
  });
});

describe("an error answer", () => {
  it("has the number that the other side gave as its code", async () => {
    const { peer, send } = rawPeer();
    const call = peer.request("x").catch((error) => error);
    send('{"id":1,"error":{"code":-32001,"message":"no","data":[1]}}');
    const error = (await call) as RpcError;
    expect(error).toMatchObject({ code: -32001, message: "no", data: [1], method: "x" });
    expect(error.name).toBe("ResponseError");
    expect(String(error)).toBe("ResponseError: no");
  });
});

describe("the stack of an error", () => {
  const failing = {
    "an error answer": ["{}", '{"id":1,"error":{"code":1,"message":"no"}}'],
    "a deadline": ['{"timeoutMs":5}', "{}"],
  };
  it.each(Object.entries(failing))(
    "of %s names who awaits the call",
    async (_, [options, body]) => {
      const { peer, send } = rawPeer();
      async function whoAsks() {
        return await peer.request("x", {}, JSON.parse(options!));
      }
      const call = whoAsks().catch((error) => error);
      send(body!);
      const error = (await call) as RpcError;
      expect(error.stack).toMatch(/^(Response|Timeout)Error: /);
      expect(error.stack).toContain("whoAsks");
    },
  );

  it("of the end of a connection is left alone: it is one error of all calls", async () => {
    const { peer } = rawPeer();
    const calls = Promise.allSettled([peer.request("a"), peer.request("b")]);
    await peer.close();
    const [a, b] = (await calls) as PromiseRejectedResult[];
    expect(a?.reason).toBeInstanceOf(ConnectionClosedError);
    expect(a?.reason).toBe(b?.reason);
    expect(a?.reason).not.toBeInstanceOf(TimeoutError);
  });
});

describe("RpcError.from", () => {
  it("keeps what is one, and makes what is none the cause of one", () => {
    const own = new TimeoutError("m", 5);
    expect(RpcError.from(own, "INTERNAL")).toBe(own);
    const thrown = new TypeError("odd");
    expect(RpcError.from(thrown)).toMatchObject({ code: "INTERNAL", message: "odd" });
    expect(RpcError.from(thrown, "TRANSPORT_FAILED").code).toBe("TRANSPORT_FAILED");
    expect(RpcError.from(thrown).cause).toBe(thrown);
    expect(RpcError.from("text")).toMatchObject({ message: "text", cause: "text" });
  });
});
