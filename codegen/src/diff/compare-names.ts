import type { OtherKind } from "./rules.js";
import type { DiffSide } from "./side.js";
import { type Context, type Finding, finding, type Pair } from "./step.js";

/** Types that are no longer exported by their name: programs may import them. */
export function* compareTypeNames(
  { protocol: { types } }: DiffSide,
  units: readonly Pair[],
  context: Context,
): Iterable<Finding<OtherKind>> {
  const successors = new Map(
    units
      .filter((unit) => isRename(unit, context))
      .map((unit) => [context.old.nameOf(unit.old), unit.new]),
  );
  for (const where of Object.keys(types)) {
    if (context.new.has(where)) continue;
    const [old, now = null] = [context.old.named(where), successors.get(where)];
    const more = now ? { to: `\`${context.new.nameOf(now)}\`` } : {};
    yield finding(now ? "type-renamed" : "type-removed", { old, new: now, where }, more);
  }
}

function isRename({ old, new: now }: Pair, context: Context): boolean {
  const [before, name] = [context.old.nameOf(old), context.new.nameOf(now)];
  if (name === undefined || name === before || context.old.has(name)) return false;
  return context.same(old, now);
}

/** How messages look on the wire. */
export function* compareWires(old: DiffSide, after: DiffSide): Iterable<Finding<OtherKind>> {
  for (const key of ["framing", "jsonrpcField"] as const) {
    const [from, to] = [old, after].map(({ protocol }) => `${protocol.wire[key]}`);
    if (from === to) continue;
    const [before, now] = [old, after].map(({ file }) => `${file}#/wire/${key}`);
    const where = `wire.${key}`;
    yield { kind: "wire-changed", where, old: `${before}`, new: `${now}`, more: { from, to } };
  }
}
