import { expect, it } from "vitest";
import { runStrict } from "../fuzz/program.js";
import type { SeenSpan } from "./otel-setup.js";

// OpenTelemetry's numbers for kinds and states.
const [INTERNAL, SERVER, CLIENT] = [0, 1, 2];
const [UNSET, ERROR] = [{ code: 0 }, { code: 2 }];

/** Node's own module resolution: the test runner's picks files of the SDK that Node cannot run. */
async function run<T>(program: string): Promise<T> {
  const text = await runStrict(new URL(program, import.meta.url), [], 60_000);
  expect(text).not.toContain("secret");
  return JSON.parse(text) as T;
}

interface Calls {
  readonly spans: SeenSpan[];
  readonly params: Array<{ readonly _meta?: Record<string, string> }>;
}

it("N11 shows calls and handlers as spans, and carries their context both ways", async () => {
  const text = await runStrict(new URL("otel-spans.ts", import.meta.url), [], 15_000);
  const { spans, params } = JSON.parse(text) as Calls;
  expect(JSON.stringify(spans)).not.toContain("secret");
  const attributes = (method: string, id: number | undefined, more = {}) => ({
    "rpc.system.name": "jsonrpc",
    "rpc.method": method,
    "jsonrpc.protocol.version": "2.0",
    ...(id && { "jsonrpc.request.id": String(id) }),
    ...more,
  });
  const failed = { "rpc.response.status_code": "42", "error.type": "42" };
  const seen = spans.map(({ name, kind, parent }) => [name, kind, parent]);
  expect(seen).toEqual([
    ["ok", SERVER, "ok 2"],
    ["ok", CLIENT, undefined],
    ["bad", SERVER, "bad 2"],
    ["bad", CLIENT, undefined],
    ["slow", CLIENT, undefined],
    ["inner", SERVER, "inner 2"],
    ["inner", CLIENT, "outer 1"],
    ["outer", SERVER, "outer 2"],
    ["outer", CLIENT, undefined],
    // Params by position carry no context.
    ["ok", SERVER, undefined],
    ["ok", CLIENT, undefined],
    ["note", SERVER, undefined],
    ["ok", SERVER, "ok 2"],
    ["ok", SERVER, "ok 2"],
    ["ok", CLIENT, "app 0"],
    ["ok", CLIENT, "app 0"],
    ["app", INTERNAL, undefined],
  ]);
  expect(spans.slice(0, 5).map((span) => span.attributes)).toEqual([
    attributes("ok", 1),
    attributes("ok", 1),
    attributes("bad", 2, failed),
    attributes("bad", 2, failed),
    attributes("slow", 3, { "error.type": "CALL_ABORTED" }),
  ]);
  expect(spans.map(({ status }) => status)).toEqual(
    spans.map(({ name }) => (name === "bad" || name === "slow" ? ERROR : UNSET)),
  );
  expect(spans.every(({ events }) => events === 0)).toBe(true);
  const traceparent = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(params).toEqual([
    { secret: "token=secret", _meta: { own: 1, traceparent } },
    ["by position"],
    { _meta: { traceparent } },
    { _meta: { traceparent } },
    // Nothing is added once the tracing has been ended; without params, null is what JSON makes of it.
    null,
  ]);
});

it("N11 shows a turn and its tools as spans, those of the real runtime's calls among them", async () => {
  const spans = await run<SeenSpan[]>("otel-turn.ts");
  const of = (name: string) => spans.filter((span) => span.name === name);
  expect(of("invoke_agent")).toMatchObject([
    {
      kind: INTERNAL,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.conversation.id": "traced" },
      status: UNSET,
    },
    { attributes: { "error.type": "TURN_TIMEOUT" }, status: ERROR },
  ]);
  expect(of("execute_tool greet")).toMatchObject([
    {
      kind: INTERNAL,
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "greet",
        "gen_ai.tool.call.id": expect.any(String),
        "gen_ai.conversation.id": "traced",
      },
      status: UNSET,
    },
  ]);
  expect(of("session.send")[0]).toMatchObject({ kind: CLIENT, parent: "invoke_agent 0" });
  expect(of("session.create")[0]).toMatchObject({ kind: CLIENT });
  expect(of("session.event")).toEqual([]);
});
