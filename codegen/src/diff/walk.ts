import type { JsonSchema } from "../schema.js";
import { referenced, sortArms, splitUnion } from "./arms.js";
import { compareArms } from "./compare-arms.js";
import { type ConstraintKind, compareConstraints, type KeywordFilter } from "./constraints.js";
import type { Cursor, Definitions } from "./cursor.js";
import type { ShapeComparer } from "./equal.js";
import { compareProse, repeatsProse } from "./prose.js";
import type { ShapeKind } from "./rules.js";

/** What was found at one place, before it is known whom it concerns. */
export interface Finding {
  readonly kind: ShapeKind;
  /** Type and the way to the member, such as `SendRequest.mode`. */
  readonly where: string;
  readonly old: Cursor | null;
  readonly new: Cursor | null;
  /** What the sentence says more. */
  readonly more: { readonly from?: string; readonly to?: string; readonly values?: string };
}

/** Two definitions that are compared with each other. */
export interface Unit {
  readonly old: Cursor;
  readonly new: Cursor;
  readonly findings: Finding[];
  /** The units that refer to this one. */
  readonly users: Set<Unit>;
  /** The methods or events that begin here. */
  readonly entries: Set<string>;
}

/** What a comparison of shapes needs to know. */
export interface WalkContext {
  readonly old: Definitions;
  readonly new: Definitions;
  readonly comparer: ShapeComparer;
  /** Whether descriptions count. */
  readonly descriptions: boolean;
}

/**
 * Compares definitions of two protocols pairwise, in one role: each pair once, however many methods
 * share it and whether it refers to itself.
 */
export class ShapeWalk {
  readonly context: WalkContext;
  readonly units: Unit[] = [];
  readonly #describesEntries: boolean;
  readonly #known = new WeakMap<JsonSchema, WeakMap<JsonSchema, Unit>>();
  /** Where units stand that have no name. */
  readonly #places = new WeakMap<Unit, string>();
  /** The first unit that is not compared yet. */
  #next = 0;

  /** @param describesEntries - Whether prose of what is entered is the entry's and looked at there. */
  constructor(context: WalkContext, describesEntries: boolean) {
    this.context = context;
    this.#describesEntries = describesEntries;
  }

  /** Compares what a method or an event begins with. */
  enter(old: Cursor, after: Cursor, entry: string): void {
    this.#unit(old, after).entries.add(entry);
    this.run();
  }

  /** Notes that an answer came or went as a whole. */
  enterOne(old: Cursor | null, after: Cursor | null, entry: string): void {
    const whole = after ?? old;
    if (!whole) return;
    const left = old && this.context.old.resolve(old).node.properties;
    const empty = left && Object.keys(left).length === 0;
    const kind = after ? "appeared" : empty ? "emptied" : "disappeared";
    const finding: Finding = { kind, where: entry, old, new: after, more: {} };
    const [users, entries] = [new Set<Unit>(), new Set([entry])];
    this.units.push({ old: whole, new: whole, findings: [finding], users, entries });
    this.#next = this.units.length; // There is nothing to compare it with.
  }

  /** Compares two nodes inside a unit: now, or as a unit of their own where one is a reference. */
  visit(old: Cursor, after: Cursor, where: string, unit: Unit): void {
    if (standsAlone(old.node) && standsAlone(after.node)) {
      this.#prose(old, after, where, unit);
      this.compare(old, after, where, unit);
      return;
    }
    const target = this.#unit(old, after, where);
    target.users.add(unit);
    if (!repeatsProse(old.node, target.old.node) || !repeatsProse(after.node, target.new.node)) {
      this.#prose(old, after, where, unit);
    }
  }

  /** Notes a difference. */
  report(unit: Unit, finding: Finding): void {
    unit.findings.push(finding);
  }

  private run(): void {
    for (; this.#next < this.units.length; this.#next++) {
      const unit = this.units[this.#next];
      if (unit) {
        const where = unit.new.name ?? unit.old.name ?? this.#places.get(unit) ?? "";
        if (unit.entries.size === 0 || !this.#describesEntries) {
          this.#prose(unit.old, unit.new, where, unit);
        }
        this.compare(unit.old, unit.new, where, unit);
      }
    }
  }

  #unit(before: Cursor, after: Cursor, where = ""): Unit {
    const old = this.context.old.resolve(before);
    const now = this.context.new.resolve(after);
    const partners = this.#known.get(old.node) ?? new WeakMap<JsonSchema, Unit>();
    this.#known.set(old.node, partners);
    const known = partners.get(now.node);
    if (known) return known;
    const [users, entries] = [new Set<Unit>(), new Set<string>()];
    const unit: Unit = { old, new: now, findings: [], users, entries };
    partners.set(now.node, unit);
    this.#places.set(unit, where);
    this.units.push(unit);
    return unit;
  }

  private compare(old: Cursor, after: Cursor, where: string, unit: Unit): void {
    const left = this.context.old.resolve(old);
    const right = this.context.new.resolve(after);
    const [oldSites, newSites] = [
      splitUnion(left, this.context.old),
      splitUnion(right, this.context.new),
    ];
    const shared = pairByName(oldSites, newSites);
    for (const [a, b] of shared) this.visit(a, b, where, unit);
    const rest = (sites: Cursor[], index: 0 | 1) =>
      sites.filter((site) => !shared.some((pair) => pair[index] === site));
    const arms = {
      old: sortArms(rest(oldSites, 0), this.context.old),
      new: sortArms(rest(newSites, 1), this.context.new),
    };
    compareArms({ old: left, new: right, arms, where, unit, hasShared: shared.length > 0 }, this);
    // Types are compared one by one; what other nodes say holds for all that they allow.
    const isOneAny = (arms.old.any === undefined) !== (arms.new.any === undefined);
    const whole = [left, right].filter(
      ({ node }) => isUnionOrList(node) || (isOneAny && node.type === undefined),
    );
    const counts: KeywordFilter = (key) => whole.some(({ node }) => key in node);
    this.constraints(left, right, where, unit, { counts });
  }

  /**
   * Compares what nodes say beside their shape.
   *
   * @param only - Which keywords count, and what is said already. Default all, and nothing.
   */
  constraints(
    old: Cursor,
    after: Cursor,
    where: string,
    unit: Unit,
    only: { readonly counts?: KeywordFilter; readonly except?: ConstraintKind } = {},
  ): void {
    const same = (a: JsonSchema, b: JsonSchema) => this.context.comparer.same(a, b);
    const change = compareConstraints(old.node, after.node, same, only.counts);
    if (!change || change.kind === only.except) return;
    const { kind, values } = change;
    this.report(unit, { kind, where, old, new: after, more: { values: `\`${values}\`` } });
  }

  #prose(old: Cursor, after: Cursor, where: string, unit: Unit): void {
    const found = compareProse(old.node, after.node, this.context.descriptions);
    for (const prose of found) this.report(unit, { ...prose, where, old, new: after });
  }
}

/** Whether a node leads nowhere else, and so can be compared where it stands without end. */
function standsAlone({ $ref, allOf }: JsonSchema): boolean {
  return $ref === undefined && allOf === undefined;
}

/** Whether a node says by its arms or its values what it allows. */
function isUnionOrList(node: JsonSchema): boolean {
  return ["anyOf", "oneOf", "enum", "const"].some((key) => key in node);
}

/** Arms that are references to a definition of the same name are the same arm. */
function pairByName(old: readonly Cursor[], after: readonly Cursor[]): [Cursor, Cursor][] {
  if (old.length === 1 && after.length === 1) return [];
  return old.flatMap((arm): [Cursor, Cursor][] => {
    const name = referenced(arm);
    const other = name === undefined ? undefined : after.find((it) => referenced(it) === name);
    return other ? [[arm, other]] : [];
  });
}
