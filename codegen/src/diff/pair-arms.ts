import type { JsonSchema } from "../schema.js";
import type { Definitions } from "./definitions.js";
import { type Matching, matchUp } from "./match.js";
import type { Context } from "./step.js";

/**
 * Matches arms that have no name: those that mean the same, the others by place. Where one side has
 * none at all, none came or went: that is another type.
 */
export function matchArms(
  old: readonly JsonSchema[],
  after: readonly JsonSchema[],
  { same }: Context,
): Matching<JsonSchema> {
  if (old.length === 0 || after.length === 0) return { pairs: [], removed: [], added: [] };
  return matchUp(old, after, [(a, b) => same(a, b), () => true]);
}

/** An object that is an arm of a union, and what it is called. */
export interface Variant {
  /** Where it is referred to. */
  readonly site: JsonSchema;
  readonly node: JsonSchema;
  /** Its constant members, or the name of its definition. */
  readonly tag: string;
  readonly constants: string;
  readonly members: string;
  readonly name: string | undefined;
}

/**
 * Matches the objects of two unions: by their constant members, by name, by shape, by the names of
 * their members. One that is left on each side is taken to be the same one, changed.
 */
export function matchVariants(
  old: readonly JsonSchema[],
  after: readonly JsonSchema[],
  context: Context,
): Matching<Variant> {
  const left = old.map((site) => describe(site, context.old));
  const right = after.map((site) => describe(site, context.new));
  const alone = left.length === 1 && right.length === 1;
  const sameTag = (a: Variant, b: Variant) => a.constants === b.constants;
  return matchUp(left, right, [
    (a, b) => a.constants !== "" && sameTag(a, b),
    (a, b) => a.name !== undefined && a.name === b.name,
    (a, b) => sameTag(a, b) && context.same(a.node, b.node),
    (a, b) => sameTag(a, b) && a.members === b.members,
    (a, b, only) => alone || (only && a.constants === "" && b.constants === ""),
  ]);
}

function describe(site: JsonSchema, definitions: Definitions): Variant {
  const node = definitions.resolve(site);
  const name = definitions.nameOf(node);
  const { properties = {}, required = [] } = node;
  const constants = Object.keys(properties)
    .filter((key) => required.includes(key))
    .flatMap((key) => {
      const own = definitions.resolve(properties[key] ?? {});
      const single = own.const ?? (own.enum?.length === 1 ? own.enum[0] : undefined);
      return single === undefined ? [] : [`${key}: ${JSON.stringify(single)}`];
    })
    .sort()
    .join(", ");
  const members = Object.keys(properties).sort().join(", ");
  return { site, node, tag: constants || name || `{ ${members} }`, constants, members, name };
}
