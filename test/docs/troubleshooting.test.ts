import { readFileSync } from "node:fs";
import { CopilotError, type CopilotErrorCode } from "@stubwright/copilot";
import { FleetError, type FleetErrorCode } from "@stubwright/fleet";
import { ResponseError, RpcError, type RpcErrorCode } from "@stubwright/rpc";
import { StubwrightError, type StubwrightErrorCode } from "stubwright";
import { expect, test } from "vitest";

/** Every code; the compiler refuses a list that is not whole. */
const CODES: Record<
  CopilotErrorCode | RpcErrorCode | FleetErrorCode | StubwrightErrorCode | "RESPONSE",
  true
> = {
  ALLOW_LIST_INVALID: true,
  RESPONSE: true,
  CLOSED: true,
  RUNTIME_ENDED: true,
  DRAINED: true,
  NATS_GONE: true,
  PEER_SILENT: true,
  VERSION_MISMATCH: true,
  NO_WORKER: true,
  NATS_UNREACHABLE: true,
  AUTHENTICATION_FAILED: true,
  BAD_DEFINITION: true,
  BAD_HEADER: true,
  BAD_MESSAGE: true,
  CALL_ABORTED: true,
  CALL_INACTIVE: true,
  CALL_TIMEOUT: true,
  COMMAND_FAILED: true,
  CONFIG_INVALID: true,
  CONFIG_NOT_FOUND: true,
  CONNECTION_CLOSED: true,
  CONNECT_FAILED: true,
  CONNECT_TIMEOUT: true,
  CONTRACT_MISMATCH: true,
  CORE_STALE: true,
  DIFF_INPUT_INVALID: true,
  DOWNLOAD_FAILED: true,
  DUPLICATE_HANDLER: true,
  EVENTS_OVERFLOW: true,
  FRAME_TOO_LARGE: true,
  FRAME_TRUNCATED: true,
  GAVE_UP: true,
  HANDLER_TIMEOUT: true,
  HEADER_TOO_LARGE: true,
  INSECURE_SERVER: true,
  INTERNAL: true,
  INVALID_EVENT: true,
  INVALID_OPTION: true,
  INVALID_OPTIONS: true,
  INVALID_PARAMS: true,
  INVALID_RESULT: true,
  KILL_FAILED: true,
  LEASE_LOST: true,
  LOCK_INVALID: true,
  LOCK_MISSING: true,
  NAME_CLASH: true,
  NOT_CONNECTED: true,
  NOT_LISTENING: true,
  NOT_SUPPORTED: true,
  OUTPUT_UNWRITABLE: true,
  PACKAGE_MISSING: true,
  PROCESS_EXITED: true,
  PROTOCOL_MISMATCH: true,
  PROTOCOL_VERSION: true,
  QUEUE_FULL: true,
  REMOTE_CLOSED: true,
  REQUEST_CANCELLED: true,
  RUNTIME_NOT_FOUND: true,
  SCHEMA_ALTERED: true,
  SCHEMA_INVALID: true,
  SCHEMA_UNREADABLE: true,
  SESSION_CLOSED: true,
  SESSION_HELD: true,
  SESSION_LOST: true,
  SESSION_REFUSED: true,
  SOURCE_INVALID: true,
  SPAWN_FAILED: true,
  START_FAILED: true,
  START_TIMEOUT: true,
  STORE_FAILED: true,
  TOO_MANY_PENDING: true,
  TRANSPORT_FAILED: true,
  TURN_ABORTED: true,
  TURN_FAILED: true,
  TURN_TIMEOUT: true,
  UNKNOWN_DEFINITION: true,
  UNSERIALIZABLE: true,
};

const page = readFileSync(new URL("../../docs/troubleshooting.md", import.meta.url), "utf8");
const anchors = [...page.matchAll(/^### (\w+) \{#(\w+)\}$/gm)].map(([, title, anchor]) => {
  expect(anchor).toBe(title);
  return anchor;
});

test("every error code has one place in the troubleshooting page", () => {
  expect(anchors.sort()).toEqual(Object.keys(CODES).sort());
});

test("every error carries the path of its place", () => {
  const errors = [
    new CopilotError("TURN_FAILED", "x"),
    new RpcError("CALL_TIMEOUT", "x"),
    new ResponseError({ code: -32601 }, "m"),
    new FleetError("NO_WORKER", "x"),
    new StubwrightError("CONFIG_INVALID", "x"),
  ];
  expect(errors.map(({ docsPath }) => docsPath)).toEqual([
    "/troubleshooting#TURN_FAILED",
    "/troubleshooting#CALL_TIMEOUT",
    "/troubleshooting#RESPONSE",
    "/troubleshooting#NO_WORKER",
    "/troubleshooting#CONFIG_INVALID",
  ]);
});
