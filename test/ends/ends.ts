import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { SessionEvent } from "@stubwright/copilot";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { alive } from "../../packages/rpc/test/processes.js";
import { seededRandom } from "../../packages/rpc/test/random.js";
import { answer } from "../chaos/model.js";
import { judge } from "../chaos/oracle.js";
import type { AppOrder } from "./app.js";

/** How an app ends. SIGKILL lets it say nothing; the others let it say so to the runtime. */
export const ENDS = ["exit", "SIGINT", "SIGTERM", "SIGKILL"] as const;
export type End = (typeof ENDS)[number];

/** What many runs of one kind found. */
export interface EndsReport {
  readonly end: End;
  readonly link: "stdio" | "tcp";
  readonly runs: number;
  /** Events that the apps saw, and that are of the kind that is recorded. */
  readonly seen: number;
  /** Apps that ended before their first message: the runtime never records such a session. */
  readonly empty: number;
  /** Events that the app saw and the record has not. */
  readonly lost: readonly string[];
  /** Runtimes that ran on after {@link GONE_MS}. */
  readonly left: number;
  /** The longest time from the app's end to the runtime's, in milliseconds. */
  readonly goneMaxMs: number;
}

/** How long a runtime may outlive its app, in milliseconds. */
const GONE_MS = 2_000;
/** When in the first turns the app ends, in milliseconds after its start; where no event says when. */
const LATEST_MS = 400;
/** The worst moments: the app has a message, and then a whole turn, that is not yet written down. */
const WORST = ["assistant.message", "external_tool.requested"];

/** How many apps are at work at once. */
const AT_ONCE = 4;

/** Ends apps in the middle of a turn, and compares what they saw with what the runtime recorded. */
export async function runEnds(
  end: End,
  link: EndsReport["link"],
  runs: number,
  seed: number,
): Promise<EndsReport> {
  const random = seededRandom(seed);
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel(answer);
  const { env, folder } = environment;
  const lost: string[] = [];
  let [seen, empty, left, goneMaxMs] = [0, 0, 0, 0];
  const moments = Array.from(
    { length: runs },
    (_, run) => WORST[run % 3] ?? Math.floor(random() * LATEST_MS),
  );
  const work = async (): Promise<void> => {
    for (let at = moments.pop(); at !== undefined; at = moments.pop()) {
      const run = moments.length;
      const outcome = await runOne(end, at, {
        env,
        folder,
        sessionId: `ends-${end}-${link}-${run}`,
        model: model.model,
        provider: model.provider,
        useStdio: link === "stdio",
        seenFile: join(folder, `seen-${run}`),
        ...(end === "exit" && { exitAt: at }),
      });
      seen += outcome.seen;
      if (outcome.empty) empty++;
      lost.push(...outcome.lost);
      if (outcome.goneMs === undefined) left++;
      else goneMaxMs = Math.max(goneMaxMs, outcome.goneMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { end, link, runs, seen, empty, lost, left, goneMaxMs: Math.round(goneMaxMs) };
}

interface Outcome {
  readonly seen: number;
  readonly empty: boolean;
  readonly lost: readonly string[];
  /** How long the runtime outlived the app, in milliseconds; undefined if it had to be killed. */
  readonly goneMs: number | undefined;
}

async function runOne(end: End, at: string | number, order: AppOrder): Promise<Outcome> {
  const app = startApp(order);
  const { pid, workspacePath } = await firstLine(app);
  if (end !== "exit") await endFromOutside(app, end, at, order.seenFile);
  if (app.exitCode === null && app.signalCode === null) await once(app, "exit");
  const goneMs = await goneWithin(pid, GONE_MS);
  if (goneMs === undefined) process.kill(pid, "SIGKILL");
  const events = lines(await readFile(order.seenFile, "utf8"));
  // One that was ended before its first event was written has no record.
  const record = lines(await readFile(join(workspacePath, "events.jsonl"), "utf8").catch(() => ""));
  const seen = events.filter(({ ephemeral }) => ephemeral !== true).length;
  const empty = record.length === 0 && !events.some(({ type }) => type === "user.message");
  const lost = empty ? [] : judge({ events, named: new Set() }, record).unnamed;
  return { seen, empty, lost, goneMs };
}

/** Whether a run found nothing wrong; what the runtime had not written before SIGKILL may be lost. */
export function passed({ end, lost, left, seen }: EndsReport): boolean {
  return left === 0 && seen > 0 && (end === "SIGKILL" || lost.length === 0);
}

function startApp(order: AppOrder): ChildProcess {
  const flags = ["--conditions=@stubwright/source", "--import", import.meta.resolve("tsx")];
  const app = fileURLToPath(new URL("app.ts", import.meta.url));
  return spawn(process.execPath, [...flags, app, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
}

async function firstLine(app: ChildProcess): Promise<{ pid: number; workspacePath: string }> {
  const [chunk] = (await once(app.stdout as NonNullable<typeof app.stdout>, "data")) as [Buffer];
  return JSON.parse(chunk.toString());
}

async function endFromOutside(
  app: ChildProcess,
  signal: Exclude<End, "exit">,
  at: string | number,
  seenFile: string,
): Promise<void> {
  if (typeof at === "number") await sleep(at);
  else {
    const deadline = performance.now() + 30_000;
    const mark = `"type":"${at}"`;
    while (performance.now() < deadline && !(await readFile(seenFile, "utf8")).includes(mark)) {
      await sleep(1);
    }
  }
  app.kill(signal);
}

async function goneWithin(pid: number, limitMs: number): Promise<number | undefined> {
  const started = performance.now();
  while (performance.now() - started < limitMs) {
    if (!alive(pid)) return performance.now() - started;
    await sleep(5);
  }
  return undefined;
}

/** The whole lines of a file; what is cut off at its end was not written yet. */
function lines(text: string): SessionEvent[] {
  return text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as SessionEvent);
}
