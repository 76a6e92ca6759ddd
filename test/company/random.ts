// Random steps of several clients of one session, on a runtime of their own.
import { seededRandom } from "../../packages/rpc/test/random.js";
import { type Role, startCompany } from "./company.js";
import { Walk } from "./walk.js";

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

const ROLES: readonly Role[] = [
  { tools: ["alpha"], toolMs: 20, approves: true },
  { tools: ["beta", "gamma"], toolMs: 5 },
  { tools: ["delta"], toolMs: 40, approves: true },
];

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
    for (const text of walk.wrong) options.progress?.(`  ${sessionId}: ${text}`);
  }
  return { ...report, wrong };
}
