import type { OtherKind } from "./rules.js";
import type { DiffSide } from "./side.js";
import type { Context, Finding, Pair } from "./step.js";
import type { Unit } from "./walk.js";

/** Types that are no longer exported by their name: programs may import them. */
export function* compareTypeNames(
  old: DiffSide,
  after: DiffSide,
  units: readonly Unit[],
  context: Context,
): Iterable<Finding<OtherKind>> {
  const successors = new Map(
    units.filter((unit) => isRename(unit, context)).map((unit) => [unit.old.name, unit.new]),
  );
  for (const name of Object.keys(old.protocol.types)) {
    if (Object.hasOwn(after.protocol.types, name)) continue;
    const now = successors.get(name) ?? null;
    yield {
      kind: now ? "type-renamed" : "type-removed",
      where: name,
      old: context.old.named(name),
      new: now,
      more: now ? { to: `\`${now.name}\`` } : {},
    };
  }
}

function isRename({ old, new: now }: Pair, context: Context): boolean {
  if (now.name === undefined || now.name === old.name || context.old.has(now.name)) return false;
  return context.same(old.node, now.node);
}

/** How messages look on the wire. */
export function* compareWires(old: DiffSide, after: DiffSide): Iterable<Finding<OtherKind>> {
  for (const key of ["framing", "jsonrpcField"] as const) {
    const [from, to] = [String(old.protocol.wire[key]), String(after.protocol.wire[key])];
    if (from === to) continue;
    const place = ({ file }: DiffSide) => ({ at: `${file}#/wire/${key}` });
    const [before, now] = [place(old), place(after)];
    yield { kind: "wire-changed", where: `wire.${key}`, old: before, new: now, more: { from, to } };
  }
}
