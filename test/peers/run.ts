import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ndjson, spawnTransport, type Transport } from "@stubwright/rpc";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  parseRecording,
  type RecordedMessage,
  recordTransport,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { RECORDED_FOLDER } from "../protocols/recordings.js";
import { type Command, runsCommand } from "./agents.js";
import { trim } from "./trim.js";

/** What a run with a real program showed. */
export interface PeerRun<Result> {
  readonly result: Result;
  /** Whether the command of the model was run. */
  readonly made: boolean;
  readonly recording: readonly RecordedMessage[];
  /** The same, short enough to be kept. */
  readonly trimmed: readonly RecordedMessage[];
  /** What the scripted model did not expect. */
  readonly unexpected: readonly string[];
  readonly seconds: number;
}

/** Starts a program in a home of its own, with a scripted model, and runs a scenario with it. */
export async function runPeer<Result>(
  start: (model: ScriptedModel, home: IsolatedEnvironment) => Promise<Command>,
  scenario: (transport: Transport, cwd: string) => Promise<Result>,
): Promise<PeerRun<Result>> {
  const began = performance.now();
  await using home = await createIsolatedEnvironment();
  await using model = await startScriptedModel(runsCommand("touch made.txt"));
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const program = spawnTransport(await start(model, home));
  const result = await scenario(recordTransport(program, { write, framing: ndjson }), home.folder);
  const recording = parseRecording(lines.join("\n"));
  const names = {
    [home.folder]: RECORDED_FOLDER,
    [realpathSync(home.folder)]: RECORDED_FOLDER,
    [hostname()]: "host",
    [model.url]: "http://127.0.0.1/v1",
  };
  return {
    result,
    made: existsSync(join(home.folder, "made.txt")),
    recording,
    trimmed: trim(recording, names),
    unexpected: model.unexpected.map(({ reason, target }) => `${target}: ${reason}`),
    seconds: (performance.now() - began) / 1000,
  };
}
