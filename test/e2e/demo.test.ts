import type { ClientDiagnostic, ProtocolMismatch, SessionEvent } from "@stubwright/copilot";
import { expect, test } from "vitest";
import { runScenario } from "../../examples/src/demo/scenario.js";
import { AjvJudge } from "./ajv-judge.js";

test("the demo's turn runs on the real runtime, every event checked", {
  timeout: 60_000,
}, async () => {
  const events: SessionEvent[] = [];
  const diagnostics: (ClientDiagnostic | ProtocolMismatch)[] = [];
  using judge = new AjvJudge();
  const result = await runScenario({
    onEvent: (event) => events.push(event),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });

  expect(result.answer).toBe("It is 18 degrees and sunny in Lisbon. A fine day for a walk.");
  expect(result.toolCalls).toEqual([{ city: "Lisbon" }]);
  expect(result.stopErrors).toEqual([]);

  const types = events.map((event) => event.type);
  expect(types[0]).toBe("session.start");
  for (const type of [
    "user.message",
    "assistant.message_delta",
    "permission.requested",
    "external_tool.requested",
    "external_tool.completed",
    "assistant.message",
    "session.idle",
  ] as const) {
    expect(types, type).toContain(type);
  }
  const deltas = events.flatMap((event) =>
    event.type === "assistant.message_delta" ? [event.data.deltaContent] : [],
  );
  expect(deltas.join("")).toContain(result.answer);
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);

  expect(result.validation.checked).toBeGreaterThan(20);
  expect(result.validation.checked).toBeGreaterThan(events.length);
  expect(result.validation.mismatches).toBe(0);
  // Ajv, by itself, has looked at the same values and found nothing wrong either.
  expect(judge.refused).toEqual([]);
  expect(judge.checked).toBeGreaterThanOrEqual(result.validation.checked);
  // Types that the schema lacks are model.* alone; each was reported, none was delivered.
  const unknown = diagnostics.filter((diagnostic) => diagnostic.kind === "unknownTag");
  expect(unknown.length).toBe(result.validation.unknown);
  for (const { tag } of unknown) expect(tag).toMatch(/^model\./);
  expect(types.some((type) => type.startsWith("model.messages"))).toBe(false);
  expect(
    diagnostics.filter(({ kind }) => kind === "handlerError" || kind === "appHandlerError"),
  ).toEqual([]);
});
