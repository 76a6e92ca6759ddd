// Random steps of several clients of one session, with an oracle: every turn ends as it may, every
// request is answered by who can, every event comes once to each client, none is lost to the one that
// was there all the time.
import { setTimeout as sleep } from "node:timers/promises";
import type { Company, Member } from "./company.js";
import { isLostInJoin, judgeMember, unanswered } from "./oracle.js";

/** The tools of all roles; those of clients that are not there are called, too. */
const TOOLS = ["alpha", "beta", "gamma", "delta"];
const IN_FLIGHT = 4;
const TURN_TIMEOUT_MS = 30_000;
/** How long events may take to reach everybody, in milliseconds. */
const UNDER_WAY_MS = 200;
/** How long a call may wait whose tool's owner had left before it was asked, in milliseconds. */
const ORPHANED_MS = 1_000;

/** A turn that is waited for, and what happened meanwhile that lets it end otherwise. */
interface Flight {
  readonly prompt: string;
  readonly sender: Member;
  readonly done: Promise<void>;
  /** What else than its answer it may end with. */
  readonly excuses: Set<Excuse>;
}
/** What a turn ended with. */
interface Failure {
  readonly code?: unknown;
  readonly message: string;
}
type Excuse = "aborted" | "sender gone" | "owner gone" | "others joined";

/** One session, from its creation until all have left it. */
export class Walk {
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
  /** Calls that nobody can answer, and since when. */
  readonly #orphans = new Map<string, number>();
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
    const watch = setInterval(() => this.#abortOrphans(anchor), UNDER_WAY_MS);
    try {
      for (let step = 0; step < steps && this.wrong.length === 0; step++)
        await this.#step(anchor, others);
      await this.#land();
    } finally {
      clearInterval(watch);
    }
    await sleep(UNDER_WAY_MS);
    const record = (await anchor.session?.getEvents()) ?? [];
    const { lost } = judgeMember(anchor.events, record);
    this.wrong.push(...lost.map((text) => `lost to ${anchor.name}: ${text}`));
    for (const { name, events, diagnostics } of this.#company.members) {
      this.events += events.length;
      const { doubled } = judgeMember(events, record);
      this.wrong.push(...doubled.map((text) => `twice to ${name}: ${text}`));
      for (const diagnostic of diagnostics.splice(0)) {
        if (diagnostic.kind !== "appHandlerError") continue;
        this.wrong.push(`${name}: ${diagnostic.source}: ${diagnostic.error}`);
      }
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
    if (this.#away.size > 0) excuses.add("others joined");
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
    const attached = this.#company.members.filter(
      (member) => member.session && !this.#away.has(member),
    );
    const tools = attached.map(({ role }) => role.tools ?? []);
    const lost = excuses.has("others joined") && isLostInJoin(content ?? "", word, tools);
    const cut = excuses.has("aborted");
    this.#count(right ? "answered" : lost ? "lost in a join" : cut ? "aborted" : "wrong");
    if (!right && !lost && !cut) this.#note(flight, `was answered ${content}`);
  }

  #fell(flight: Flight, error: Failure): void {
    this.#flights.delete(flight);
    const { excuses } = flight;
    const code = String(error.code);
    this.#count(code);
    this.#trace.push(`(${flight.prompt}: ${code})`);
    const excused =
      code === "TURN_ABORTED"
        ? excuses.has("aborted")
        : isLeft(code, error.message) && excuses.has("sender gone");
    if (!excused) this.#note(flight, `ended with ${code}: ${error.message}`);
  }

  async #join(member: Member): Promise<void> {
    this.#trace.push(`${member.name} joins`);
    const mayBeForgotten = this.#mayBeForgotten;
    this.#excuse("others joined");
    try {
      await member.join(this.#sessionId);
    } catch (error) {
      const forgotten = mayBeForgotten && /session not found/i.test(String(error));
      if (forgotten) this.#trace.push("(there is no session to join)");
      else this.wrong.push(`${member.name} could not join: ${error}`);
    }
    this.#excuse("others joined");
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
      this.#excuse("others joined");
      this.#trace.push(`${member.name} is back`);
    });
    member.link.cut();
    await noticed;
  }

  #excuse(excuse: Excuse): void {
    for (const { excuses } of this.#flights) excuses.add(excuse);
  }

  /** What is in flight may miss a tool of the member, or the member itself. */
  #gone(member: Member): void {
    for (const { excuses, sender } of this.#flights) {
      if (sender === member) excuses.add("sender gone");
      excuses.add("owner gone");
    }
  }

  async #abort(anchor: Member): Promise<void> {
    this.#excuse("aborted");
    this.#trace.push(`${anchor.name} aborts`);
    await anchor.session?.abort();
    this.#excuse("aborted");
  }

  /**
   * The model may call a tool that it was offered before the owner left. The runtime then asks those
   * who are there, none of whom has the tool, and waits until somebody aborts (1.0.85, 1.0.102).
   */
  #abortOrphans(anchor: Member): void {
    const orphans = unanswered(anchor.events).filter(({ id, data: { toolName } }) => {
      const owner = this.#company.members.find(({ role }) => role.tools?.includes(toolName));
      return !owner?.session && !owner?.events.some((event) => event.id === id);
    });
    for (const { id } of orphans) {
      const since = this.#orphans.get(id) ?? performance.now();
      this.#orphans.set(id, since);
      if (performance.now() - since < ORPHANED_MS) continue;
      this.#orphans.set(id, Number.POSITIVE_INFINITY);
      this.#count("orphaned");
      this.#abort(anchor).catch((error) => this.wrong.push(`abort: ${error}`));
    }
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

/**
 * Whether a turn ended because its sender left. 1.0.102 answers a call itself that waits when the last
 * other client is gone.
 */
function isLeft(code: string, message: string): boolean {
  if (code === "CONNECTION_CLOSED" || code === "SESSION_CLOSED") return true;
  return /session event host (was )?disconnected/i.test(message);
}
