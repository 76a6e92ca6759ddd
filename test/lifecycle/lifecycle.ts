// Random lives of clients and sessions on the real runtime, with an oracle: nothing is stuck, nothing is
// left, every error is typed, every event comes once and messages come in the order they were sent in.
import { setTimeout as sleep } from "node:timers/promises";
import {
  approveAll,
  CopilotClient,
  CopilotError,
  type CopilotSession,
  RuntimeConnection,
  type SessionEvent,
} from "@stubwright/copilot";
import { RpcError } from "@stubwright/rpc";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { seededRandom } from "../../packages/rpc/test/random.js";
import { answer, TOOLS } from "../chaos/model.js";
import { processesOf } from "../chaos/orphans.js";
import { freePort } from "../company/link.js";

/** What one life was like. */
export interface Life {
  readonly seed: number;
  /** What was done, in order. */
  readonly steps: readonly string[];
  /** What went wrong; empty if nothing did. */
  readonly wrong: readonly string[];
}

const STEPS = 30;
const IN_FLIGHT = 5;
/** Nothing takes longer, in milliseconds: not even a stop that ends a frozen runtime. */
const STUCK_MS = 25_000;
const TOKEN = "a-secret-for-lives";
const PROMPTS = ["CHAOS text", "CHAOS tool", "CHAOS ask", "CHAOS short"];

/** Lives one life: every third one over TCP, with a second client that joins and leaves. */
export async function live(seed: number): Promise<Life> {
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel(answer);
  const life = new Run(seed, environment, model);
  const strays: unknown[] = [];
  const stray = (reason: unknown) => void strays.push(reason);
  process.on("unhandledRejection", stray);
  try {
    await life.run();
  } finally {
    process.off("unhandledRejection", stray);
  }
  for (const reason of strays) life.wrong.push(`unhandled rejection: ${reason}`);
  return { seed, steps: life.steps, wrong: life.wrong };
}

/** A session as one client has it. */
interface Held {
  readonly session: CopilotSession;
  readonly client: CopilotClient;
}

class Run {
  readonly steps: string[] = [];
  readonly wrong: string[] = [];
  readonly #seed: number;
  readonly #random: () => number;
  readonly #environment: IsolatedEnvironment;
  readonly #model: ScriptedModel;
  readonly #flights = new Set<Promise<void>>();
  readonly #held = new Set<Held>();
  /** What each listener of a session was told, by the session. */
  readonly #told: { readonly sessionId: string; readonly events: SessionEvent[] }[] = [];
  readonly #watched = new WeakSet<CopilotSession>();
  /** Numbers of the messages that the server has accepted. */
  readonly #accepted = new Map<CopilotSession, readonly number[]>();
  /** What had been accepted when a message was sent, by its number. */
  readonly #before = new Map<number, readonly number[]>();
  #ids = 0;

  constructor(seed: number, environment: IsolatedEnvironment, model: ScriptedModel) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#environment = environment;
    this.#model = model;
  }

  async run(): Promise<void> {
    const { env, folder } = this.#environment;
    const options = { cwd: folder, restart: { maxRestarts: 1_000, minDelayMs: 5, maxDelayMs: 50 } };
    const tcp = this.#seed % 3 === 0;
    const port = tcp ? await freePort() : 0;
    const owner = new CopilotClient({
      ...options,
      connection: tcp
        ? RuntimeConnection.forTcp({ port, connectionToken: TOKEN, env })
        : RuntimeConnection.forStdio({ env }),
    });
    const url = `127.0.0.1:${port}`;
    const guest = tcp
      ? new CopilotClient({
          ...options,
          // Its calls wait for as long as it tries to connect, and the owner may not start again.
          restart: { ...options.restart, maxRestarts: 100 },
          connection: RuntimeConnection.forUri(url, { connectionToken: TOKEN }),
        })
      : undefined;
    for (let step = 0; step < STEPS && this.wrong.length === 0; step++) {
      this.#step(owner, guest);
      if (this.#random() < 0.5) await sleep(this.#random() * 80);
      while (this.#flights.size >= IN_FLIGHT) await Promise.race(this.#flights);
    }
    // A stop ends whatever is in flight.
    await this.#track("last stop of the guest", guest?.stop() ?? Promise.resolve());
    await this.#track("last stop", owner.stop());
    await Promise.all(this.#flights);
    await Promise.all([owner.forceStop(), guest?.forceStop()]);
    this.#judgeEvents();
    const left = await this.#leftovers(folder);
    if (left.length > 0) this.wrong.push(`processes left: ${left}`);
  }

  #step(owner: CopilotClient, guest: CopilotClient | undefined): void {
    const client = guest && this.#random() < 0.3 ? guest : owner;
    const held = this.#pick([...this.#held]);
    const dice = this.#random();
    if (!held || dice < 0.12)
      this.#go(
        "create",
        this.#open(client, () => this.#create(client)),
      );
    else if (dice < 0.22)
      this.#go(
        "resume",
        this.#open(client, () => this.#resume(client, held)),
      );
    else if (dice < 0.52) {
      const prompt = `${this.#pick(PROMPTS)} ${this.#number(held)}`;
      this.#go("sendAndWait", held.session.sendAndWait(prompt, STUCK_MS - 5_000));
    } else if (dice < 0.58) this.#go("send", this.#send(held));
    else if (dice < 0.64) this.#go("abort", held.session.abort());
    else if (dice < 0.7) this.#go("disconnect", this.#end(held, held.session.disconnect()));
    else if (dice < 0.74) this.#go("destroy", this.#end(held, held.session.destroy()));
    else if (dice < 0.78) {
      const deleted = held.client.deleteSession(held.session.sessionId);
      this.#go("delete", this.#end(held, deleted));
    } else if (dice < 0.83) this.#go("list", client.listSessions());
    else if (dice < 0.87) this.#go("stop", client.stop());
    else if (dice < 0.89) this.#go("forceStop", client.forceStop());
    else if (dice < 0.93) this.#go("start", client.start());
    else if (owner.processId !== undefined) {
      this.steps.push("kill -9");
      process.kill(owner.processId, "SIGKILL");
    }
  }

  /** Numbers a message; those that the server has accepted by now must come before it. */
  #number({ session }: Held): string {
    const number = this.#ids++;
    this.#before.set(number, [...(this.#accepted.get(session) ?? [])]);
    return `number ${number}`;
  }

  async #send(held: Held): Promise<void> {
    const number = this.#number(held);
    await held.session.send(`CHAOS short ${number}`);
    const accepted = this.#accepted.get(held.session) ?? [];
    this.#accepted.set(held.session, [...accepted, Number(number.split(" ")[1])]);
  }

  /** Starts something whose end is waited for later. */
  #go(name: string, work: Promise<unknown>): void {
    this.steps.push(name);
    const flight = this.#track(name, work).finally(() => this.#flights.delete(flight));
    this.#flights.add(flight);
  }

  /** Notes what does not end, and errors that have no type. */
  async #track(name: string, work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<"stuck">((resolve) => {
      timer = setTimeout(resolve, STUCK_MS, "stuck");
    });
    try {
      if ((await Promise.race([work, stuck])) === "stuck") this.wrong.push(`${name} is stuck`);
    } catch (error) {
      const typed = error instanceof CopilotError || error instanceof RpcError;
      const timedOut = typed && error.code === "TURN_TIMEOUT";
      if (!typed || timedOut) this.wrong.push(`${name} rejected: ${error}`);
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(client: CopilotClient, open: () => Promise<CopilotSession>): Promise<void> {
    const session = await open();
    // A session that the client holds already is the same object.
    if (!this.#watched.has(session)) session.on(this.#listener(session.sessionId));
    this.#watched.add(session);
    this.#held.add({ session, client });
  }

  #create(client: CopilotClient): Promise<CopilotSession> {
    const sessionId = `life-${this.#seed}-${this.#ids++}`;
    return client.createSession({ ...this.#config(sessionId), sessionId });
  }

  #resume(client: CopilotClient, { session: { sessionId } }: Held): Promise<CopilotSession> {
    return client.resumeSession(sessionId, this.#config(sessionId));
  }

  #config(sessionId: string) {
    const { model, provider } = this.#model;
    const onEvent = this.#listener(sessionId);
    const permissions = { onPermissionRequest: approveAll };
    return { model, provider, streaming: true, tools: TOOLS, ...permissions, onEvent };
  }

  #listener(sessionId: string): (event: SessionEvent) => void {
    const events: SessionEvent[] = [];
    this.#told.push({ sessionId, events });
    return (event) => void events.push(event);
  }

  async #end(held: Held, work: Promise<unknown>): Promise<void> {
    this.#held.delete(held);
    await work;
  }

  /** No event came twice to one listener, and messages came in the order they were accepted in. */
  #judgeEvents(): void {
    for (const { sessionId, events } of this.#told) {
      const ids = new Set<string>();
      const come = new Set<number>();
      for (const event of events) {
        if (ids.has(event.id)) this.wrong.push(`${sessionId}: ${event.type} came twice`);
        ids.add(event.id);
        if (event.type !== "user.message") continue;
        const number = Number(/number (\d+)/.exec(event.data.content)?.[1]);
        for (const [later, before] of this.#before) {
          if (!come.has(later) || !before.includes(number)) continue;
          this.wrong.push(`${sessionId}: message ${number} came after message ${later}`);
        }
        come.add(number);
      }
    }
  }

  /** What runs on although its client was stopped; it may take a moment to end. */
  async #leftovers(folder: string): Promise<number[]> {
    for (let waited = 0; waited < 3_000; waited += 100) {
      if ((await processesOf(folder)).length === 0) return [];
      await sleep(100);
    }
    return processesOf(folder);
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}
