import { KEYWORDS } from "@stubwright/rpc/json-schema";
import { createValidators } from "@stubwright/rpc/validators";
import { isAbsent, type JsonSchema } from "../schema.js";
import { constraintsOf, speakingOf } from "./constraints.js";
import type { Definitions } from "./definitions.js";
import { canonical } from "./equal.js";
import { splitUnion } from "./split-union.js";
import { typesOf, valuesOf } from "./types-of.js";

/** What values a schema allows, sorted by what they are. */
export interface Arms {
  /** The arm that names no type: any value is fine, but for what constraints say. */
  any: JsonSchema | undefined;
  /** Single values, by their canonical JSON text. */
  readonly values: Set<string>;
  /** `string`, `number` with `integer`, `boolean`, `null`: one arm that takes all, or bounded ones. */
  readonly scalars: Map<string, readonly JsonSchema[]>;
  readonly arrays: JsonSchema[];
  readonly objects: JsonSchema[];
}

/** Whether no value is allowed. */
export function isNothing({ any, values, scalars, arrays, objects }: Arms): boolean {
  return !any && values.size + scalars.size + arrays.length + objects.length === 0;
}

/** Sorts arms by what they allow, unions inside them included. */
export function sortArms(nodes: readonly JsonSchema[], definitions: Definitions): Arms {
  const arms: Arms = {
    any: undefined,
    values: new Set(),
    scalars: new Map(),
    arrays: [],
    objects: [],
  };
  const seen = new Set<JsonSchema>();
  const add = (site: JsonSchema): void => {
    const whole = definitions.resolve(site);
    if (seen.has(whole)) return;
    seen.add(whole);
    const parts = splitUnion(whole, definitions);
    if (parts.length === 1 && parts[0] === whole) sortOne(whole, site, arms);
    else for (const part of parts) add(part);
  };
  for (const node of nodes) add(node);
  simplify(arms);
  return arms;
}

/** @param site - Where it is referred to: what is compared further starts there. */
function sortOne(node: JsonSchema, site: JsonSchema, arms: Arms): void {
  if (isAbsent(node)) return;
  const addScalar = (type: string) => {
    const known = arms.scalars.get(type) ?? [];
    if (!known.includes(node)) arms.scalars.set(type, [...known, node]);
  };
  const values = valuesOf(node);
  for (const value of values ?? []) {
    if (value === null) addScalar("null");
    else arms.values.add(canonical(value));
  }
  if (values) return;
  const types = typesOf(node);
  if (types.length === 0) arms.any = node;
  for (const type of types) {
    if (type === "object") arms.objects.push(site);
    else if (type === "array") arms.arrays.push(site);
    else addScalar(type === "integer" ? "number" : type);
  }
}

/** Takes out what adds nothing, and makes `boolean` of true and false together. */
function simplify(arms: Arms): void {
  const { values, scalars } = arms;
  if (values.has("true") && values.has("false")) {
    scalars.set("boolean", [{ type: "boolean" }]);
  }
  for (const [kind, nodes] of scalars) {
    const whole = nodes.find((node) => takesAll(node, kind));
    if (whole) scalars.set(kind, [whole]);
  }
  for (const value of values) if (takes(arms, value)) values.delete(value);
}

/** Whether a value, as JSON text, surely is among the scalars. */
export function takes({ scalars }: Arms, value: string): boolean {
  const parsed: unknown = JSON.parse(value);
  return scalars.get(typeof parsed)?.some((node) => allows(node, parsed)) === true;
}

/** Whether a scalar schema surely allows a value: what cannot be checked may speak against it. */
export function allows(node: JsonSchema, value: unknown): boolean {
  try {
    const check = createValidators({ Node: node }).get("Node", "strict");
    return constraintsOf(node).every((key) => KEYWORDS.has(key)) && check(value) === undefined;
  } catch {
    return false; // A pattern of another dialect: nobody can tell.
  }
}

function takesAll(node: JsonSchema, kind: string): boolean {
  const isInteger = kind === "number" && ![node.type].flat().includes("number");
  return !isInteger && !constraintsOf(node).some(speakingOf(kind));
}
