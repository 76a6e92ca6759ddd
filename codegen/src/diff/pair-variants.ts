import type { Cursor, Definitions } from "./cursor.js";
import type { WalkContext } from "./walk.js";

/** An object that is an arm of a union, and what it is called. */
export interface Variant {
  readonly cursor: Cursor;
  /** Its constant members, or the name of its definition. */
  readonly tag: string;
}

/** Which variants belong together. */
export interface Pairing {
  readonly pairs: readonly { old: Cursor; new: Cursor; tag: string | undefined }[];
  readonly removed: readonly Variant[];
  readonly added: readonly Variant[];
}

/**
 * Matches the objects of two unions: by their constant members, by name, by shape, by the
 * names of their members. One
 * that is left on each side is taken to be the same one, changed.
 */
export function pairVariants(
  old: readonly Cursor[],
  after: readonly Cursor[],
  context: WalkContext,
): Pairing {
  const left = old.map((cursor) => variant(cursor, context.old));
  const right = after.map((cursor) => variant(cursor, context.new));
  const alone = left.length === 1 && right.length === 1;
  const pairs: { old: Cursor; new: Cursor; tag: string | undefined }[] = [];
  const match = (fits: (a: Described, b: Described) => boolean) => {
    for (const a of [...left]) {
      const b = right.find((candidate) => fits(a, candidate));
      if (!b) continue;
      left.splice(left.indexOf(a), 1);
      right.splice(right.indexOf(b), 1);
      pairs.push({ old: a.cursor, new: b.cursor, tag: alone ? undefined : b.tag });
    }
  };
  match((a, b) => a.constants !== "" && a.constants === b.constants);
  match((a, b) => a.name !== undefined && a.name === b.name);
  match((a, b) => a.constants === b.constants && context.comparer.same(a.whole.node, b.whole.node));
  match((a, b) => a.constants === b.constants && a.members === b.members);
  if (alone || (left.length === 1 && right.length === 1 && bothUntagged(left, right))) {
    match(() => true);
  }
  return { pairs, removed: left, added: right };
}

interface Described extends Variant {
  readonly whole: Cursor;
  readonly constants: string;
  readonly members: string;
  readonly name: string | undefined;
}

function variant(cursor: Cursor, definitions: Definitions): Described {
  const whole = definitions.resolve(cursor);
  const { properties = {}, required = [] } = whole.node;
  const constants = Object.keys(properties)
    .filter((key) => required.includes(key))
    .flatMap((key) => {
      const own = properties[key] ?? {};
      const { node } = own.allOf ? definitions.resolve({ node: own, at: "" }) : { node: own };
      const { const: only, enum: values } = node;
      const single = only ?? (values?.length === 1 ? values[0] : undefined);
      return single === undefined ? [] : [`${key}: ${JSON.stringify(single)}`];
    })
    .sort()
    .join(", ");
  const members = Object.keys(properties).sort().join(", ");
  const tag = constants || whole.name || `{ ${members} }`;
  return { cursor, tag, whole, constants, members, name: whole.name };
}

function bothUntagged(left: readonly Described[], right: readonly Described[]): boolean {
  return left[0]?.constants === "" && right[0]?.constants === "";
}
