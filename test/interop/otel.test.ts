import { expect, it } from "vitest";
import { runStrict } from "../fuzz/program.js";

// OpenTelemetry's numbers for kinds and states.
const [SERVER, CLIENT] = [1, 2];
const [UNSET, ERROR] = [{ code: 0 }, { code: 2 }];

it("shows calls and handlers as OpenTelemetry spans, without what they carry", async () => {
  // Node's own module resolution: the test runner's picks files of the package that Node cannot run.
  const text = await runStrict(new URL("otel-spans.ts", import.meta.url), [], 15_000);
  const common = { "rpc.system": "jsonrpc", "rpc.jsonrpc.version": "2.0" };
  const ok = { ...common, "rpc.method": "ok", "rpc.jsonrpc.request_id": "1" };
  const bad = {
    ...common,
    "rpc.method": "bad",
    "rpc.jsonrpc.request_id": "2",
    "rpc.jsonrpc.error_code": 42,
    "error.type": "42",
  };
  const slow = {
    ...common,
    "rpc.method": "slow",
    "rpc.jsonrpc.request_id": "3",
    "error.type": "CALL_ABORTED",
  };
  expect(JSON.parse(text)).toEqual([
    { name: "ok", kind: SERVER, attributes: ok, status: UNSET, events: [] },
    { name: "ok", kind: CLIENT, attributes: ok, status: UNSET, events: [] },
    { name: "bad", kind: SERVER, attributes: bad, status: ERROR, events: [] },
    { name: "bad", kind: CLIENT, attributes: bad, status: ERROR, events: [] },
    { name: "slow", kind: CLIENT, attributes: slow, status: ERROR, events: [] },
  ]);
  expect(text).not.toContain("secret");
});
