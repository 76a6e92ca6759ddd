import { readFileSync } from "node:fs";
import { ndjson } from "@stubwright/rpc";
import { parseRecording, replayTransport } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { runAcp } from "./acp-scenario.js";
import { runCodex } from "./codex-scenario.js";
import { judge } from "./judge.js";
import { acpJudges, packagedCodexJudges } from "./judges.js";
import { RECORDED_FOLDER, recordingOf } from "./recordings.js";

const load = (name: string) => parseRecording(readFileSync(recordingOf(name), "utf8"), name);
const NOTHING_REFUSED = { errors: 1, unknown: [], ajv: [], ours: [] };

describe("T6 what real programs said is replayed", () => {
  test.each([
    ["copilot", "Copilot", ["Makes a file"]],
    ["opencode", "OpenCode", ["touch made.txt"]],
    ["codex-acp", "codex-acp", []],
  ])("ACP: %s", async (name, agent, permissions) => {
    const recording = load(name);
    const transport = replayTransport(recording, { framing: ndjson });
    const run = await runAcp(transport, RECORDED_FOLDER);
    expect(transport.unsent).toEqual([]);
    expect(run).toMatchObject({ agent, permissions, stopReason: "end_turn", saw: [] });
    expect(run.cancelled).toBe("cancelled");
    expect(run.said).toContain("All done.");
    const { judged, ...rest } = judge(recording, acpJudges());
    expect(rest).toEqual(NOTHING_REFUSED);
    expect(judged).toBeGreaterThan(15);
  });

  test("Codex: a turn with an approval", async () => {
    const recording = load("codex");
    const transport = replayTransport(recording, { framing: ndjson });
    const run = await runCodex(transport, RECORDED_FOLDER);
    expect(transport.unsent).toEqual([]);
    expect(run).toMatchObject({
      status: "completed",
      interrupted: "interrupted",
      said: "All done.",
      approvals: ["/bin/bash -lc 'touch made.txt'"],
      unknownThread: -32600,
      saw: [],
    });
    const { judged, ...rest } = judge(recording, packagedCodexJudges());
    expect(rest).toEqual(NOTHING_REFUSED);
    expect(judged).toBeGreaterThan(40);
  });
});
