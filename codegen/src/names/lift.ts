import { createHash } from "node:crypto";
import { fingerprint, type JsonSchema, refTo } from "../schema.js";
import { firstFree, pascalCase } from "./identifiers.js";

/**
 * Gives each object shape that stands inside another definition a definition of its own, named by
 * its title or by where it stands: `Parent` + property, `Item` for list items, the tag for arms of
 * a union. Adds to the table as it goes.
 *
 * @param types - The definitions; changed in place.
 */
export function liftShapes(types: Record<string, JsonSchema>): void {
  const meanings = new Map(
    Object.entries(types).map(([name, schema]) => [name, fingerprint(schema)]),
  );
  const lifting: Lifting = { types, meanings };
  for (const name of Object.keys(types)) {
    const schema = types[name];
    if (schema) types[name] = liftInside(schema, name, lifting);
  }
}

interface Lifting {
  readonly types: Record<string, JsonSchema>;
  /** What each type said before anything was lifted out of it: equal ones are one type. */
  readonly meanings: Map<string, string>;
}

/** Lifts what stands inside a schema; the schema itself stays where it is. */
function liftInside(schema: JsonSchema, place: string, lifting: Lifting): JsonSchema {
  const lifted = { ...schema };
  const lift = (child: JsonSchema, at: string) => liftChild(child, shorten(at), lifting);
  if (schema.properties) {
    lifted.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, child]) => [
        key,
        lift(child, place + pascalCase(key)),
      ]),
    );
  }
  if (Array.isArray(schema.items)) {
    lifted.items = schema.items.map((item, n) => lift(item, `${place}Item${n + 1}`));
  } else if (isSchema(schema.items)) lifted.items = lift(schema.items, `${place}Item`);
  if (isSchema(schema.additionalItems)) {
    lifted.additionalItems = lift(schema.additionalItems, `${place}Rest`);
  }
  if (isSchema(schema.patternProperties)) {
    const patterns = Object.entries(schema.patternProperties as Record<string, JsonSchema>);
    lifted.patternProperties = Object.fromEntries(
      patterns.map(([pattern, child], n) => [pattern, lift(child, `${place}Match${n + 1}`)]),
    );
  }
  if (isSchema(schema.additionalProperties)) {
    lifted.additionalProperties = lift(schema.additionalProperties, `${place}Value`);
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"] as const) {
    const arms = schema[keyword];
    if (!arms) continue;
    const objects = arms.filter(isShape).length;
    lifted[keyword] = arms.map((arm, index) =>
      lift(arm, armPlace(place, arm, keyword, objects === 1 ? undefined : index + 1)),
    );
  }
  return lifted;
}

function liftChild(schema: JsonSchema, place: string, lifting: Lifting): JsonSchema {
  if (!isShape(schema)) return liftInside(schema, place, lifting);
  const { types, meanings } = lifting;
  const wanted = schema.title ? [pascalCase(schema.title), place] : [place];
  const meaning = fingerprint(schema);
  const name = firstFree(wanted, (candidate) => {
    const other = meanings.get(candidate);
    return other !== undefined && other !== meaning;
  });
  if (!meanings.has(name)) {
    meanings.set(name, meaning);
    types[name] = schema; // In its place before what stands inside gets names of its own.
    types[name] = liftInside(schema, name, lifting);
  }
  const { description, deprecated, stability, visibility } = schema;
  return {
    ...refTo(name),
    ...(description && { description }),
    ...(deprecated && { deprecated }),
    ...(stability && { stability }),
    ...(visibility && { visibility }),
  };
}

/** From which length on a name is cut, so that those of things far inside stay bearable. */
const LONGEST = 100;

/** A name of a place that is far inside, cut and told apart from others by a digest. */
function shorten(place: string): string {
  if (place.length <= LONGEST) return place;
  const digest = createHash("sha256").update(place).digest("hex").slice(0, 8);
  return `${place.slice(0, LONGEST / 2)}${digest.toUpperCase()}`;
}

/** Whether a schema is an object with members, worth a name. */
function isShape(schema: JsonSchema): boolean {
  return schema.properties !== undefined && Object.keys(schema.properties).length > 0;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An arm is called by its tag if it has one, else by its number among several. */
function armPlace(
  place: string,
  arm: JsonSchema,
  keyword: "anyOf" | "oneOf" | "allOf",
  position: number | undefined,
): string {
  const { type, kind, ...others } = arm.properties ?? {};
  const tag = [type, kind, ...Object.values(others)].find(
    (member) => typeof member?.const === "string",
  )?.const;
  if (typeof tag !== "string") {
    const word = keyword === "allOf" ? "Part" : "Option";
    return `${place}${word}${position ?? ""}`;
  }
  // The arm `abort` of `SessionEvent` is an event too: `AbortEvent`.
  return place.endsWith("Event") ? `${pascalCase(tag)}Event` : place + pascalCase(tag);
}
