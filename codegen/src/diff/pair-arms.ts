import type { JsonSchema } from "../schema.js";
import type { Cursor, Definitions } from "./cursor.js";
import type { Context } from "./step.js";

/** Which arms of one kind belong together. */
export interface ArmMatching {
  readonly pairs: readonly (readonly [Cursor, Cursor])[];
  readonly removed: readonly Cursor[];
  readonly added: readonly Cursor[];
}

/**
 * Matches arms that have no name: those that mean the same, the others by place. Where one side has
 * none at all, none came or went: that is another type.
 */
export function matchArms(
  old: readonly Cursor[],
  after: readonly Cursor[],
  { same }: Context,
): ArmMatching {
  if (old.length === 0 || after.length === 0) return { pairs: [], removed: [], added: [] };
  const [left, right] = [[...old], [...after]];
  const pairs: [Cursor, Cursor][] = [];
  takePairs(
    left,
    right,
    (a, b) => same(a.node, b.node),
    (a, b) => pairs.push([a, b]),
  );
  takePairs(
    left,
    right,
    () => true,
    (a, b) => pairs.push([a, b]),
  );
  return { pairs, removed: left, added: right };
}

/** An object that is an arm of a union, and what it is called. */
export interface Variant {
  readonly cursor: Cursor;
  /** Its constant members, or the name of its definition. */
  readonly tag: string;
}

/** Which variants belong together. */
export interface VariantMatching {
  readonly pairs: readonly { old: Cursor; new: Cursor; tag: string | undefined }[];
  readonly removed: readonly Variant[];
  readonly added: readonly Variant[];
}

/**
 * Matches the objects of two unions: by their constant members, by name, by shape, by the names of
 * their members. One that is left on each side is taken to be the same one, changed.
 */
export function matchVariants(
  old: readonly Cursor[],
  after: readonly Cursor[],
  context: Context,
): VariantMatching {
  const left = old.map((cursor) => describe(cursor, context.old));
  const right = after.map((cursor) => describe(cursor, context.new));
  const alone = left.length === 1 && right.length === 1;
  const pairs: { old: Cursor; new: Cursor; tag: string | undefined }[] = [];
  const match = (fits: (a: Described, b: Described) => boolean) =>
    takePairs(left, right, fits, (a, b) => {
      pairs.push({ old: a.cursor, new: b.cursor, tag: alone ? undefined : b.tag });
    });
  const sameTag = (a: Described, b: Described) => a.constants === b.constants;
  match((a, b) => a.constants !== "" && sameTag(a, b));
  match((a, b) => a.name !== undefined && a.name === b.name);
  match((a, b) => sameTag(a, b) && context.same(a.node, b.node));
  match((a, b) => sameTag(a, b) && a.members === b.members);
  const [a, b] = [left, right].map((list) => (list.length === 1 ? list[0]?.constants : undefined));
  if (alone || (a === "" && b === "")) match(() => true);
  return { pairs, removed: left, added: right };
}

interface Described extends Variant {
  readonly node: JsonSchema;
  readonly constants: string;
  readonly members: string;
  readonly name: string | undefined;
}

function describe(cursor: Cursor, definitions: Definitions): Described {
  const { node, name } = definitions.resolve(cursor);
  const { properties = {}, required = [] } = node;
  const constants = Object.keys(properties)
    .filter((key) => required.includes(key))
    .flatMap((key) => {
      const own = definitions.resolve({ node: properties[key] ?? {}, at: "" }).node;
      const single = own.const ?? (own.enum?.length === 1 ? own.enum[0] : undefined);
      return single === undefined ? [] : [`${key}: ${JSON.stringify(single)}`];
    })
    .sort()
    .join(", ");
  const members = Object.keys(properties).sort().join(", ");
  return { cursor, tag: constants || name || `{ ${members} }`, node, constants, members, name };
}

/** Takes what fits together out of two lists, each only once. */
export function takePairs<T>(
  left: T[],
  right: T[],
  fits: (a: T, b: T) => boolean,
  take: (a: T, b: T) => void,
): void {
  for (const a of [...left]) {
    const b = right.find((candidate) => fits(a, candidate));
    if (b === undefined) continue;
    left.splice(left.indexOf(a), 1);
    right.splice(right.indexOf(b), 1);
    take(a, b);
  }
}
