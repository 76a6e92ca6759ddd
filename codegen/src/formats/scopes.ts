import type { JsonSchema } from "../schema.js";
import type { FoundMethod } from "./format.js";
import { objectMembers } from "./object-members.js";

/** The methods of one thing, such as a session: those whose params name it by a member. */
export interface FoundScope {
  readonly group: string;
  readonly member: string;
}

/**
 * Finds what most methods name in their params, by its name: `sessionId` is required by methods
 * below `session/`, and by others.
 */
export function findScope(
  json: JsonSchema,
  methods: readonly FoundMethod[],
): FoundScope | undefined {
  const counts = new Map<string, { group: string; count: number; named: boolean }>();
  for (const { wire, params } of methods) {
    const [first = ""] = wire.split("/");
    for (const member of objectMembers(json, params).required) {
      const [, group] = /^(.+)Id$/.exec(member) ?? [];
      if (group === undefined) continue;
      const found = counts.get(member) ?? { group, count: 0, named: false };
      counts.set(member, {
        group,
        count: found.count + 1,
        named: found.named || (first === group && wire !== first),
      });
    }
  }
  const [most] = [...counts]
    .filter(([, { named, count }]) => named && count > 1)
    .sort(([, a], [, b]) => b.count - a.count);
  return most && { group: most[1].group, member: most[0] };
}

/** Whether a method is one of a scope. */
export function isInScope(
  json: JsonSchema,
  { params }: FoundMethod,
  { member }: FoundScope,
): boolean {
  return objectMembers(json, params).required.has(member);
}
