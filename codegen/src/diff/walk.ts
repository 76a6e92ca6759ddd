import type { JsonSchema } from "../schema.js";
import { compareNodes } from "./compare.js";
import { compareProse, repeatsProse } from "./prose.js";
import type { ShapeKind } from "./rules.js";
import { type Context, type Finding, finding, type Pair, resolvePair, type Step } from "./step.js";

/** Two definitions that are compared with each other. */
export interface Unit extends Pair {
  readonly findings: Finding[];
  /** The units that refer to this one. */
  readonly users: Set<Unit>;
  /** The methods or events that begin here. */
  readonly entries: Set<string>;
}

/**
 * Compares definitions of two protocols pairwise, in one role: each pair once, however many methods
 * share it and whether it refers to itself.
 */
export class ShapeWalk {
  readonly units: Unit[] = [];
  readonly #context: Context;
  readonly #describesEntries: boolean;
  readonly #known = new WeakMap<JsonSchema, WeakMap<JsonSchema, Unit>>();
  /** The first unit that is not compared yet. */
  #next = 0;

  /** @param describesEntries - Whether prose of what is entered is the entry's and looked at there. */
  constructor(context: Context, describesEntries: boolean) {
    this.#context = context;
    this.#describesEntries = describesEntries;
  }

  /** Compares what a method or an event begins with. */
  enter(old: JsonSchema, after: JsonSchema, entry: string): void {
    this.#unit({ old, new: after, where: "" }).entries.add(entry);
    for (; this.#next < this.units.length; this.#next++) {
      const unit = this.units[this.#next];
      if (!unit) continue;
      const described = this.#describesEntries && unit.entries.size > 0;
      if (!described) unit.findings.push(...compareProse(unit, this.#context));
      this.#take(compareNodes(unit, this.#context), unit);
    }
  }

  /** Notes that a result came or went as a whole. */
  enterOne(old: JsonSchema | null, after: JsonSchema | null, entry: string): void {
    const whole = after ?? old;
    if (!whole) return;
    const members = old && this.#context.old.resolve(old).properties;
    const empty = members && Object.keys(members).length === 0;
    const kind = after ? "appeared" : empty ? "emptied" : "disappeared";
    const found = finding<ShapeKind>(kind, { old, new: after, where: entry });
    const unit = newUnit({ old: whole, new: whole, where: entry }, [found]);
    unit.entries.add(entry);
    this.units.push(unit);
    this.#next = this.units.length; // There is nothing to compare it with.
  }

  #take(steps: Iterable<Step>, unit: Unit): void {
    for (const step of steps) {
      if ("kind" in step) unit.findings.push(step);
      else this.#visit(step, unit);
    }
  }

  /** Compares two nodes inside a unit: now, or as a unit of their own where one is a reference. */
  #visit(pair: Pair, unit: Unit): void {
    if (standsAlone(pair.old) && standsAlone(pair.new)) {
      unit.findings.push(...compareProse(pair, this.#context));
      this.#take(compareNodes(pair, this.#context), unit);
      return;
    }
    const target = this.#unit(pair);
    target.users.add(unit);
    const repeats = repeatsProse(pair.old, target.old) && repeatsProse(pair.new, target.new);
    if (!repeats) unit.findings.push(...compareProse(pair, this.#context));
  }

  #unit(pair: Pair): Unit {
    const { old, new: now, where } = resolvePair(pair, this.#context);
    const partners = this.#known.get(old) ?? new WeakMap<JsonSchema, Unit>();
    this.#known.set(old, partners);
    const known = partners.get(now);
    if (known) return known;
    const name = this.#context.new.nameOf(now) ?? this.#context.old.nameOf(old);
    const unit = newUnit({ old, new: now, where: name ?? where });
    partners.set(now, unit);
    this.units.push(unit);
    return unit;
  }
}

function newUnit(pair: Pair, findings: Finding[] = []): Unit {
  return { ...pair, findings, users: new Set(), entries: new Set() };
}

/** Whether a node refers to nothing, and so can be compared where it stands without end. */
function standsAlone({ $ref, allOf }: JsonSchema): boolean {
  return $ref === undefined && allOf === undefined;
}

/** The methods or events from which a unit can be reached. */
export function entriesOf(unit: Unit): string[] {
  const seen = new Set([unit]);
  for (const one of seen) for (const user of one.users) seen.add(user);
  return [...new Set([...seen].flatMap(({ entries }) => [...entries]))].sort();
}
