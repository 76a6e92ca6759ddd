import { isObject, type JsonSchema } from "../schema.js";
import type { FoundMethod } from "./format.js";
import { refTarget, resolvePart } from "./local.js";
import { objectMembers } from "./object-members.js";

/** A union of payloads that a notification carries. */
export interface FoundEvents {
  readonly tag: string;
  readonly carrier: { readonly method: string; readonly field: string };
}

/**
 * Finds unions that notifications to the client carry: what a required member of the params refers
 * to, if it is a union of objects with a constant in one member of each.
 */
export function findEvents(
  json: JsonSchema,
  methods: readonly FoundMethod[],
): Record<string, FoundEvents> {
  const found: Record<string, FoundEvents> = {};
  for (const { wire, kind, side, params } of methods) {
    if (kind !== "notification" || side !== "client") continue;
    const { properties, required } = objectMembers(json, params);
    for (const [field, schema] of properties) {
      const name = refTarget(schema);
      if (!required.has(field) || name === undefined || found[name]) continue;
      const tag = tagOf(json, resolvePart(json, { value: schema, pointer: "" }).value);
      if (tag !== undefined) found[name] = { tag, carrier: { method: wire, field } };
    }
  }
  return found;
}

/** The member that tells the arms of a union apart; undefined if it is none, or nothing does. */
function tagOf(json: JsonSchema, union: unknown): string | undefined {
  if (!isObject(union)) return undefined;
  const arms = [union.oneOf, union.anyOf].find(Array.isArray) as unknown[] | undefined;
  if (!arms || arms.length < 2) return undefined;
  const constants = arms.map((arm) => constantsOf(json, arm));
  const names = new Set(constants.flatMap((members) => [...members.keys()]));
  return [...names].find((name) => {
    const values = constants.flatMap((members) => members.get(name) ?? []);
    const others = arms.filter((_, index) => !constants[index]?.has(name));
    const areOpen = others.every((arm) => isOpenArm(arm, json, name));
    return values.length > 1 && new Set(values).size === values.length && areOpen;
  });
}

/** Whether an arm is one for tags to come: it has the member too, and is not what others are. */
function isOpenArm(arm: unknown, json: JsonSchema, name: string): boolean {
  return isObject(arm) && arm.not !== undefined && objectMembers(json, arm).required.has(name);
}

/** The members of an object that are required and have one string. */
function constantsOf(json: JsonSchema, arm: unknown): Map<string, string> {
  const { properties, required } = objectMembers(json, arm);
  return new Map(
    [...properties].flatMap(([name, member]) => {
      const { value } = resolvePart(json, { value: member, pointer: "" });
      if (!isObject(value) || !required.has(name)) return [];
      const values = Array.isArray(value.enum) ? value.enum : [value.const];
      return values.length === 1 && typeof values[0] === "string" ? [[name, values[0]]] : [];
    }),
  );
}
