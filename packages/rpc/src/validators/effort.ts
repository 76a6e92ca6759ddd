import { type Check, type Finding, refuse } from "./check.js";

/**
 * How many objects and lists a value may bring to references before verdicts are remembered. Most
 * values bring a handful, and remembering costs more than checking again.
 */
const STEPS = 5_000;

/**
 * Bounds what checking one value can cost. Alternatives that lead to the same definition check the
 * same part of a value again, and each level of nesting multiplies that. Past a number of steps,
 * each definition remembers what it said of each object, so that the time is that of the value
 * times that of the schema.
 */
export class Effort {
  #steps = 0;
  readonly #used = new Set<Remembered>();

  /** Forgets the value before. */
  begin(): void {
    if (this.#steps >= STEPS) {
      for (const each of this.#used) each.forget();
      this.#used.clear();
    }
    this.#steps = 0;
  }

  /** The check of a definition, made when a value first gets there. */
  bound(make: () => Check): Check {
    let made: Check | undefined;
    let remembered: Remembered | undefined;
    return (value, findings) => {
      made ??= make();
      if (typeof value !== "object" || value === null || ++this.#steps < STEPS) {
        return made(value, findings);
      }
      remembered ??= new Remembered(made);
      this.#used.add(remembered);
      return remembered.check(value, findings);
    };
  }
}

/** What one definition said of the objects of a value. */
class Remembered {
  readonly #check: Check;
  readonly #verdicts = new Map<object, boolean>();
  readonly #explained = new Set<object>();

  constructor(check: Check) {
    this.#check = check;
  }

  check(value: object, findings: Finding[] | undefined): boolean {
    let verdict = this.#verdicts.get(value);
    if (verdict === undefined || (!verdict && findings && !this.#explained.has(value))) {
      verdict = this.#check(value, findings);
      this.#verdicts.set(value, verdict);
      if (findings) this.#explained.add(value);
      return verdict;
    }
    // What is wrong is among the findings already.
    return verdict || refuse(findings, "what its definition says", "summary");
  }

  forget(): void {
    this.#verdicts.clear();
    this.#explained.clear();
  }
}
