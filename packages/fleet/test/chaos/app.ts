import { setTimeout as sleep } from "node:timers/promises";
import { CopilotClient, type CopilotSession } from "@stubwright/copilot";
import { forFleet } from "@stubwright/fleet";
import type { ScriptedModel } from "@stubwright/testkit";

/** A session that takes turn after turn. */
export interface Loop {
  readonly session: CopilotSession;
  /** When the last turn that has ended well was begun, and when it ended. */
  lastBegun: number;
  lastEnded: number;
  turns: number;
  /** Turns that were cut off, which the app was told of. */
  interrupted: number;
  /** Answers that belong to another prompt. */
  wrongAnswers: number;
  /** Why it can take no more, if so. */
  failure: Error | undefined;
  /** When its client has lost its runtime last, and when it was back. */
  lostAt: number;
  backAt: number;
  /** Begins the next turn now. */
  hurry(): void;
}

/** Makes clients, and sessions that are at work until the signal. */
export async function startApps(
  url: string,
  model: ScriptedModel,
  {
    clients,
    sessions,
    pauseMs,
  }: { readonly clients: number; readonly sessions: number; readonly pauseMs: number },
  signal: AbortSignal,
): Promise<{ loops: Loop[]; ended: Promise<unknown>; clients: CopilotClient[] }> {
  const apps = Array.from({ length: clients }, () => {
    const connection = forFleet({
      servers: url,
      silentMs: 2_000,
      mode: "copilot-cli",
      findTimeoutMs: 20_000,
    });
    return new CopilotClient({
      connection,
      restart: { maxRestarts: 10_000, maxDelayMs: 500 },
    });
  });
  const loops: Loop[] = [];
  for (let index = 0; index < sessions; index++) {
    const client = apps[index % clients] as CopilotClient;
    const session = await client.createSession({ model: model.model, provider: model.provider });
    const loop: Loop = {
      session,
      lastBegun: 0,
      lastEnded: 0,
      turns: 0,
      interrupted: 0,
      wrongAnswers: 0,
      failure: undefined,
      lostAt: 0,
      backAt: 0,
      hurry: () => {},
    };
    client.on("restarting", () => {
      if (loop.lostAt <= loop.backAt) loop.lostAt = performance.now();
    });
    client.on("restarted", () => {
      loop.backAt = performance.now();
      loop.hurry();
    });
    loops.push(loop);
  }
  const ended = Promise.all(loops.map((loop) => run(loop, pauseMs, signal)));
  return { loops, ended, clients: apps };
}

async function run(loop: Loop, pauseMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !loop.failure) {
    const begun = performance.now();
    const prompt = `turn ${loop.turns} of ${loop.session.sessionId}`;
    try {
      const answer = await loop.session.sendAndWait(prompt, 60_000);
      if (answer?.data.content !== `echo ${prompt}`) loop.wrongAnswers++;
      loop.turns++;
      loop.lastBegun = begun;
      loop.lastEnded = performance.now();
    } catch (error) {
      // The app is told; it goes on with the next turn.
      loop.interrupted++;
      if (loop.session.closed.aborted) loop.failure = error as Error;
    }
    const hurry = new AbortController();
    loop.hurry = () => hurry.abort();
    const pause = sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: hurry.signal });
    await pause.catch(() => {});
  }
}
