// Random steps of several clients of one session, with an oracle: every turn ends as it may, every
// request is answered by who can, every event comes once to each client, none is lost to the one that
// was there all the time.
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../packages/rpc/test/random.js";
import { type Company, type Member, type Role, startCompany } from "./company.js";
import { judgeMember } from "./oracle.js";

/** What a run is like. */
export interface RandomOptions {
  readonly steps: number;
  readonly seed: number;
  /** How many clients there are: 2 or 3. */
  readonly clients: number;
  /** Path of the runtime; undefined: that of the platform package. */
  readonly server?: string | undefined;
  readonly progress?: (text: string) => void;
}

/** What a run found. */
export interface RandomReport {
  readonly steps: number;
  readonly turns: number;
  /** How the turns ended: answered, or by which code. */
  readonly ends: Readonly<Record<string, number>>;
  readonly events: number;
  readonly wrong: readonly string[];
}

/** Steps in one session; then there is a new one, since a model is told the whole of it each time. */
const STEPS_PER_SESSION = 60;
const IN_FLIGHT = 4;
const TURN_TIMEOUT_MS = 30_000;
/** How long events may take to reach everybody, in milliseconds. */
const UNDER_WAY_MS = 200;
const ROLES: readonly Role[] = [
  { tools: ["alpha"], toolMs: 20, approves: true },
  { tools: ["beta", "gamma"], toolMs: 5 },
  { tools: ["delta"], toolMs: 40, approves: true },
];
const TOOLS = ROLES.flatMap(({ tools = [] }) => tools);

/** Takes random steps on a runtime of its own. */
export async function runRandom(options: RandomOptions): Promise<RandomReport> {
  await using company = await startCompany(options.server);
  const random = seededRandom(options.seed);
  for (let index = 0; index < options.clients; index++) {
    await company.member(`member-${index}`, ROLES[index % ROLES.length]);
  }
  const report = { steps: 0, turns: 0, ends: {} as Record<string, number>, events: 0 };
  const wrong: string[] = [];
  while (report.steps < options.steps && wrong.length < 20) {
    const sessionId = `walk-${options.seed}-${report.steps}`;
    const steps = Math.min(STEPS_PER_SESSION, options.steps - report.steps);
    const walk = new Walk(company, sessionId, random);
    await walk.run(steps);
    report.steps += steps;
    report.turns += walk.turns;
    report.events += walk.events;
    for (const [end, count] of Object.entries(walk.ends)) {
      report.ends[end] = (report.ends[end] ?? 0) + count;
    }
    wrong.push(...walk.wrong.map((text) => `${sessionId}: ${text}`));
    options.progress?.(`${report.steps} steps, ${report.turns} turns, ${wrong.length} wrong`);
  }
  return { ...report, wrong };
}

/** A turn that is waited for, and what happened meanwhile that lets it end otherwise. */
interface Flight {
  readonly prompt: string;
  readonly sender: Member;
  readonly done: Promise<void>;
  /** What else than its answer it may end with. */
  readonly excuses: Set<Excuse>;
}
type Excuse = "aborted" | "sender gone" | "owner gone";

/** One session, from its creation until all have left it. */
class Walk {
  turns = 0;
  events = 0;
  readonly ends: Record<string, number> = {};
  readonly wrong: string[] = [];
  readonly #company: Company;
  readonly #sessionId: string;
  readonly #random: () => number;
  /** What was done and what came of it, in order. */
  readonly #trace: string[] = [];
  readonly #flights = new Set<Flight>();
  /** Who was cut off, and is not back yet. */
  readonly #away = new Set<Member>();

  constructor(company: Company, sessionId: string, random: () => number) {
    this.#company = company;
    this.#sessionId = sessionId;
    this.#random = random;
  }

  async run(steps: number): Promise<void> {
    const [anchor, ...others] = this.#company.members;
    if (!anchor) throw new Error("A company has members.");
    for (const member of this.#company.members) member.events.length = 0;
    await anchor.create(this.#sessionId);
    for (let step = 0; step < steps && this.wrong.length === 0; step++)
      await this.#step(anchor, others);
    await this.#land();
    await sleep(UNDER_WAY_MS);
    const record = (await anchor.session?.getEvents()) ?? [];
    const { lost } = judgeMember(anchor.events, record);
    this.wrong.push(...lost.map((text) => `lost to ${anchor.name}: ${text}`));
    for (const { name, events, diagnostics } of this.#company.members) {
      this.events += events.length;
      const { doubled } = judgeMember(events, record);
      this.wrong.push(...doubled.map((text) => `twice to ${name}: ${text}`));
      const failed = diagnostics.splice(0).filter(({ kind }) => kind === "appHandlerError");
      this.wrong.push(...failed.map((diagnostic) => `${name}: ${JSON.stringify(diagnostic)}`));
    }
    if (this.wrong.length > 0) {
      this.wrong.push(`steps: ${this.#trace.slice(-40).join(", ")}`);
      this.wrong.push(
        `record: ${record
          .slice(-15)
          .map(({ type }) => type)
          .join(" ")}`,
      );
    }
    for (const member of this.#company.members) await member.leave();
  }

  async #step(anchor: Member, others: readonly Member[]): Promise<void> {
    const present = this.#company.members.filter(({ session }) => session);
    const sender = this.#pick(present);
    const other = this.#pick(others);
    const dice = this.#random();
    if (dice < 0.4) this.#fly(sender, `SAY w${this.turns}`);
    else if (dice < 0.65) this.#fly(sender, `RUN ${this.#pick(TOOLS)}`);
    else if (dice < 0.75) this.#fly(sender, `ASK w${this.turns}`);
    else if (dice < 0.85) await (other.session ? this.#leave(other) : this.#join(other));
    else if (dice < 0.9) await this.#cut(this.#pick(present));
    else if (dice < 0.94) await this.#abort(anchor);
    else await sleep(this.#random() * 60);
    while (this.#flights.size >= IN_FLIGHT)
      await Promise.race([...this.#flights].map((f) => f.done));
  }

  #fly(sender: Member, prompt: string): void {
    const { session } = sender;
    if (!session) return;
    this.turns++;
    this.#trace.push(`${sender.name} ${prompt}`);
    const excuses = new Set<Excuse>();
    const [verb, word = ""] = prompt.split(" ");
    const owner = this.#company.members.find(({ role }) => role.tools?.includes(word));
    const isThere = owner?.session && !this.#away.has(owner);
    if (verb === "RUN" && !isThere) excuses.add("owner gone");
    const turn = session.sendAndWait(prompt, TURN_TIMEOUT_MS);
    const flight: Flight = {
      prompt,
      sender,
      excuses,
      done: turn.then(
        (message) => this.#landed(flight, message?.data.content),
        (error) => this.#fell(flight, error),
      ),
    };
    this.#flights.add(flight);
  }

  #landed(flight: Flight, content: string | undefined): void {
    this.#flights.delete(flight);
    this.#trace.push(`(${flight.prompt})`);
    const { prompt, excuses } = flight;
    const [verb, word = ""] = prompt.split(" ");
    const owner = this.#company.members.find(({ role }) => role.tools?.includes(word));
    const right =
      verb === "SAY"
        ? content === `said ${word}`
        : verb === "ASK"
          ? content?.includes(`asked-${word}`)
          : content === `got "${word} by ${owner?.name}"` ||
            (excuses.has("owner gone") && content?.startsWith("got "));
    const cut = excuses.has("aborted");
    this.#count(right ? "answered" : cut ? "aborted" : "wrong");
    if (!right && !cut) this.#note(flight, `was answered ${content}`);
  }

  #fell(flight: Flight, error: { code?: unknown; message: string }): void {
    this.#flights.delete(flight);
    const { excuses } = flight;
    const code = String(error.code);
    this.#count(code);
    this.#trace.push(`(${flight.prompt}: ${code})`);
    const excused =
      code === "TURN_ABORTED"
        ? excuses.has("aborted")
        : (code === "CONNECTION_CLOSED" || code === "SESSION_CLOSED") && excuses.has("sender gone");
    if (!excused) this.#note(flight, `ended with ${code}: ${error.message}`);
  }

  async #join(member: Member): Promise<void> {
    this.#trace.push(`${member.name} joins`);
    const mayBeForgotten = this.#mayBeForgotten;
    try {
      await member.join(this.#sessionId);
    } catch (error) {
      const forgotten = mayBeForgotten && /session not found/i.test(String(error));
      if (forgotten) this.#trace.push("(there is no session to join)");
      else this.wrong.push(`${member.name} could not join: ${error}`);
    }
  }

  /**
   * A runtime keeps a session for those who are attached, and records it with its first message.
   * Without either there is no session until those who were cut off create it again.
   */
  get #mayBeForgotten(): boolean {
    const { members } = this.#company;
    return (
      members.every((member) => !member.session || this.#away.has(member)) &&
      !members.some(({ events }) => events.some(({ type }) => type === "user.message"))
    );
  }

  async #leave(member: Member): Promise<void> {
    this.#trace.push(`${member.name} leaves`);
    this.#gone(member);
    await member.leave();
    this.#gone(member);
  }

  /** Calls that are made before the client has noticed would end with the connection. */
  async #cut(member: Member): Promise<void> {
    // Who is cut off already has no connection to break.
    if (this.#away.has(member)) return;
    for (const { excuses, sender } of this.#flights) {
      if (sender === member) excuses.add("sender gone");
    }
    this.#gone(member);
    const noticed = new Promise<void>((resolve) => {
      const off = member.client.on("restarting", () => {
        off();
        resolve();
      });
    });
    this.#trace.push(`${member.name} is cut off`);
    this.#away.add(member);
    const off = member.client.on("restarted", () => {
      off();
      this.#away.delete(member);
      this.#trace.push(`${member.name} is back`);
    });
    member.link.cut();
    await noticed;
  }

  /** What is in flight may miss a tool of the member, or the member itself. */
  #gone(member: Member): void {
    for (const { excuses, sender } of this.#flights) {
      if (sender === member) excuses.add("sender gone");
      excuses.add("owner gone");
    }
  }

  async #abort(anchor: Member): Promise<void> {
    const excuse = () => {
      for (const { excuses } of this.#flights) excuses.add("aborted");
    };
    excuse();
    this.#trace.push(`${anchor.name} aborts`);
    await anchor.session?.abort();
    excuse();
  }

  async #land(): Promise<void> {
    await Promise.all([...this.#flights].map(({ done }) => done));
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error("There is nothing to pick from.");
    return item;
  }

  #count(end: string): void {
    this.ends[end] = (this.ends[end] ?? 0) + 1;
  }

  #note({ prompt, sender, excuses }: Flight, text: string): void {
    const why = excuses.size > 0 ? ` (${[...excuses].join(", ")})` : "";
    this.wrong.push(`${prompt} of ${sender.name} ${text}${why}`);
  }
}
