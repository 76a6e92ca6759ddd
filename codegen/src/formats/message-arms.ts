import { pascalCase } from "../names/identifiers.js";
import { isObject, type JsonSchema } from "../schema.js";
import { type Definition, definitionsOf } from "./definitions.js";
import type { Hints } from "./format.js";
import { type Part, refTarget, resolvePart } from "./local.js";
import { at } from "./places.js";

/** The names that unions of messages have by convention: whose messages, and of what kind. */
const UNION = /^(Client|Server)(Request|Notification|Message)s?$/;

/** A message of a union. */
export interface Arm extends Part {
  readonly name: string;
  readonly wires: readonly string[];
  readonly schema: Record<string, unknown>;
}

/** The unions of messages of a document, with the side that they are sent to. */
export function unionsIn(
  json: JsonSchema,
  { messages = {} }: Hints,
): (Definition & { side: "server" | "client" })[] {
  return definitionsOf(json).flatMap((definition) => {
    const [, sender] = UNION.exec(definition.name) ?? [];
    const byName = sender && (sender === "Client" ? "server" : "client");
    const side = Object.hasOwn(messages, definition.name) ? messages[definition.name] : byName;
    return side && armLists(definition.schema).length > 0 ? [{ ...definition, side }] : [];
  });
}

/** The lists of alternatives of a schema. */
export function armLists(schema: Record<string, unknown>): ["anyOf" | "oneOf", unknown[]][] {
  return (["anyOf", "oneOf"] as const).flatMap((keyword) => {
    const { [keyword]: arms } = schema;
    return Array.isArray(arms) ? [[keyword, arms] as ["anyOf" | "oneOf", unknown[]]] : [];
  });
}

/** The messages of a union, those of unions inside it included. */
export function armsOf(json: JsonSchema, union: Part, name: string, depth = 0): Arm[] {
  if (!isObject(union.value) || depth > 20) return [];
  const lists = armLists(union.value);
  const { properties, title } = union.value;
  const method = isObject(properties) ? properties.method : undefined;
  if (lists.length === 0 || method !== undefined) {
    const own = typeof title === "string" ? pascalCase(title) : name;
    return [{ ...union, name: own, wires: constantsOf(method), schema: union.value }];
  }
  return lists.flatMap(([keyword, arms]) =>
    arms.flatMap((value, index) => {
      const arm = { value, pointer: at(union.pointer, keyword, index) };
      return armsOf(json, resolvePart(json, arm), refTarget(value) ?? name, depth + 1);
    }),
  );
}

function constantsOf(method: unknown): string[] {
  if (!isObject(method)) return [];
  const values = Array.isArray(method.enum) ? method.enum : [method.const];
  return values.filter((one) => typeof one === "string");
}
