import type { SessionEvent } from "@stubwright/copilot";
import { expect, test } from "vitest";
import { isLostInJoin, judgeMember } from "./oracle.js";

const event = (id: string, type: string, data: object) =>
  ({ id, type, data, timestamp: "", parentId: null }) as unknown as SessionEvent;
const requested = event("a", "external_tool.requested", { requestId: "r", toolCallId: "c" });
const completed = event("b", "external_tool.completed", { requestId: "r" });
const result = (message: string) =>
  event("d", "tool.execution_complete", { toolCallId: "c", success: false, error: { message } });
const gone = result("Extension disconnected before responding to tool call");

test.each([
  ["the runtime answered for an owner that is gone", [completed, gone], gone, []],
  ["it answered otherwise", [completed, result("no")], result("no"), [requested]],
  ["the client was not told that it is settled", [gone], gone, [requested]],
  ["the client was not told what came of it", [completed], gone, [requested, gone]],
])("a request that was not told is lost, unless %s", (_, seen, recorded, lost) => {
  const verdict = judgeMember(seen, [requested, completed, recorded]);
  const missed = lost.map(({ id, type }) => `${type} ${id}`);
  expect(verdict.lost.filter((text) => !text.includes("completed"))).toEqual(missed);
});

test.each([
  ["there is no such tool, and lists it", "alpha", "alpha, beta", true],
  ["there is no such tool, and lists others", "alpha", "beta, alphabet", false],
  ["there is no other tool", "beta", "alpha, beta", false],
  ["there are the tools of the client that joins alone", "alpha", "bash, delta", true],
])("a call is lost in a join if the runtime says that %s", (_, tool, tools, isLost) => {
  const text = `got "Tool '${tool}' does not exist. Available tools that can be called are ${tools}."`;
  const attached = [["alpha"], ["beta", "gamma"]];
  expect(isLostInJoin(text, "alpha", attached)).toBe(isLost);
  expect(isLostInJoin(`${text} It ran.`, "alpha", attached)).toBe(false);
});
