import { setTimeout as sleep } from "node:timers/promises";
import {
  approveAll,
  CopilotClient,
  type CopilotClientOptions,
  type CopilotSession,
} from "@stubwright/copilot";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { seededRandom } from "../../packages/rpc/test/random.js";
import { answer, TOOLS, work } from "./model.js";
import { judge, type Seen } from "./oracle.js";
import { processesOf } from "./orphans.js";
import { type ChaosReport, percentile } from "./report.js";

/** What a chaos run is like. */
export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  /** Path of the runtime; undefined: that of the platform package. */
  readonly server: string | undefined;
  readonly sessions?: number;
  /** Told of each restart. */
  readonly progress?: (text: string) => void;
}

/** The longest wait for the runtime to be back, in milliseconds. */
const BACK_TIMEOUT_MS = 60_000;
const FINAL_TURN_MS = 30_000;
/** The longest wait for a kill: while the sessions come back, within a turn, after some turns. */
const WAITS_MS = [60, 400, 1_500];
/** How long events that are under way may take, in milliseconds. */
const UNDER_WAY_MS = 300;

/** Kills the runtime at random moments of scripted turns, and looks at what the app saw. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { kills, seed, server, sessions: count = 4, progress } = options;
  const random = seededRandom(seed);
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel(answer);
  const clientOptions: CopilotClientOptions = {
    ...(server !== undefined && { cliPath: server }),
    env: environment.env,
    cwd: environment.folder,
    useLoggedInUser: false,
    startTimeoutMs: BACK_TIMEOUT_MS,
    restart: { maxRestarts: 10_000, minDelayMs: 10, maxDelayMs: 100 },
  };
  const base = { model: model.model, provider: model.provider, streaming: true };
  const client = new CopilotClient(clientOptions);
  const seen = new Map<string, Seen>();
  const sessions: CopilotSession[] = [];
  const notes: string[] = [];
  const recoveries: number[] = [];
  let [restarts, recreated, cut, killedAt, settledMaxMs] = [0, 0, 0, 0, 0];
  client.on("restarted", ({ downtimeMs, sessions: outcomes }) => {
    restarts++;
    recoveries.push(downtimeMs);
    for (const { outcome, error, sessionId } of outcomes) {
      if (outcome === "recreated") recreated++;
      if (outcome === "failed") notes.push(`session ${sessionId} failed: ${error?.message}`);
    }
  });
  client.on("gaveUp", ({ reasons }) => notes.push(`gave up: ${reasons.at(-1)?.message}`));
  client.on("rolledBack", ({ sessionId, events }) => {
    for (const { id } of events) seen.get(sessionId)?.named.add(id);
  });
  client.onDiagnostic((diagnostic) => {
    if (diagnostic.kind !== "appHandlerError") return;
    notes.push(`${diagnostic.source}: ${(diagnostic.error as Error).message}`);
  });
  try {
    for (let index = 0; index < count; index++) {
      const sessionId = `chaos-${seed}-${index}`;
      const watched: Seen = { events: [], named: new Set() };
      seen.set(sessionId, watched);
      const onEvent = (event: Seen["events"][number]) => watched.events.push(event);
      const config = { ...base, sessionId, tools: TOOLS, onPermissionRequest: approveAll, onEvent };
      sessions.push(await client.createSession(config));
    }
    let over = false;
    const settled = (error: unknown) => {
      if ((error as { code?: unknown }).code === "CONNECTION_CLOSED") {
        cut++;
        settledMaxMs = Math.max(settledMaxMs, Math.round(performance.now() - killedAt));
      } else notes.push(`a turn failed: ${error}`);
    };
    const working = sessions.map((session) => work(session, random, () => over, settled));
    for (let kill = 1; kill <= kills; kill++) {
      const waitMs = random() * (WAITS_MS[Math.floor(random() * WAITS_MS.length)] ?? 0);
      await newProcess(client);
      await sleep(waitMs);
      const pid = await newProcess(client);
      if (pid === undefined) break;
      killedAt = performance.now();
      process.kill(pid, "SIGKILL");
      if (kill % 20 === 0) progress?.(`${kill} kills, ${restarts} restarts`);
      await gone(client, pid);
    }
    over = true;
    await Promise.all(working);

    let unusable = 0;
    for (const session of sessions) {
      const usable = await session.sendAndWait("CHAOS short", FINAL_TURN_MS).then(
        (message) => message?.data.content === "done",
        (error) => {
          const last = seen.get(session.sessionId)?.events.slice(-30) ?? [];
          const types = last.map(({ type }) => type).join(" ");
          notes.push(`${session.sessionId} is unusable: ${error}; last: ${types}`);
          return false;
        },
      );
      if (!usable) unusable++;
    }
    // Once more, so that what is read is what the runtime had written.
    const before = restarts;
    process.kill(client.processId ?? 0, "SIGKILL");
    await until(() => restarts > before);
    await sleep(UNDER_WAY_MS);

    const sum = { persisted: 0, lost: 0, doubled: 0, forgotten: 0, unnamed: 0, wronglyNamed: 0 };
    let delivered = 0;
    for (const [sessionId, watched] of seen) {
      const session = sessions.find((candidate) => candidate.sessionId === sessionId);
      const verdict = judge(watched, (await session?.getEvents()) ?? []);
      delivered += watched.events.length;
      sum.persisted += verdict.persisted;
      sum.forgotten += verdict.forgotten;
      for (const kind of ["lost", "doubled", "unnamed", "wronglyNamed"] as const) {
        sum[kind] += verdict[kind].length;
        notes.push(...verdict[kind].slice(0, 5).map((text) => `${sessionId} ${kind}: ${text}`));
      }
    }
    const failures = await client.stop();
    notes.push(...failures.map((error) => `stop: ${error.message}`));
    const orphans = await processesOf(environment.folder);
    const [p50, p95, max] = [0.5, 0.95, 1].map((share) => percentile(recoveries, share));
    return {
      server: server ?? "native",
      seed,
      kills,
      restarts,
      sessions: count,
      turnsCut: cut,
      delivered,
      ...sum,
      unusable,
      recreated,
      orphans: orphans.length,
      settledMaxMs,
      recovery: { p50: p50 ?? 0, p95: p95 ?? 0, max: max ?? 0 },
      notes,
    };
  } finally {
    await client.forceStop();
  }
}

/** The runtime's process, once there is one; undefined if none comes. */
async function newProcess(client: CopilotClient): Promise<number | undefined> {
  await until(() => client.processId !== undefined);
  return client.processId;
}

/** Waits, no longer than a runtime may take to be back. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + BACK_TIMEOUT_MS;
  while (!holds() && performance.now() < end) await sleep(2);
}

/** Waits until the client has noticed. */
async function gone(client: CopilotClient, pid: number): Promise<void> {
  const end = performance.now() + 5_000;
  while (client.processId === pid && performance.now() < end) await sleep(1);
}
