import { nearest } from "../nearest.js";
import { all, type Check, type Compile, type Finding, refuse, refuseAt } from "./check.js";
import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import { anyString, toRegExp } from "./scalars.js";

type Members = Readonly<Record<string, unknown>>;
type MembersCheck = (members: Members, findings: Finding[] | undefined) => boolean;

const REQUIRED = "a value, since it is required";
const NO_MEMBER = "no such member";

/** The checks of the keywords that look at objects, and of `"type": "object"`. */
export function objectChecks(schema: SchemaObject, compile: Compile, opened: boolean): Check[] {
  const checks = [
    ...countChecks(schema),
    ...knownChecks(schema, compile, opened),
    ...otherChecks(schema, compile, opened),
    ...nameChecks(schema, compile),
    ...dependencyChecks(schema, compile),
  ];
  const whole = all(checks as Check[]);
  if (schema.type === "object") {
    return [
      (value, findings) =>
        isSchemaObject(value) ? whole(value, findings) : refuse(findings, "object"),
    ];
  }
  if (checks.length === 0) return [];
  return [(value, findings) => !isSchemaObject(value) || whole(value, findings)];
}

interface Member {
  readonly name: string;
  readonly check: Check | undefined;
  readonly required: boolean;
  readonly orNull: boolean;
  /** Every object inherits a member of this name. */
  readonly inherited: boolean;
}

/** `properties` and `required`. In the open form an optional member may be null. */
function knownChecks(schema: SchemaObject, compile: Compile, opened: boolean): MembersCheck[] {
  const properties = isSchemaObject(schema.properties) ? schema.properties : {};
  const required = new Set<string>(Array.isArray(schema.required) ? schema.required : []);
  const names = new Set([...required, ...Object.keys(properties)]);
  const members: Member[] = [...names].map((name) => ({
    name,
    check: Object.hasOwn(properties, name)
      ? compile(properties[name], ["properties", name])
      : undefined,
    required: required.has(name),
    orNull: opened && !required.has(name),
    inherited: name in Object.prototype,
  }));
  if (members.length === 0) return [];
  return [
    (value, findings) => {
      const from = findings?.length ?? 0;
      for (let i = 0; i < members.length; i++) {
        const { name, check, required, orNull, inherited } = members[i]!;
        const member = inherited && !Object.hasOwn(value, name) ? undefined : value[name];
        if (member === undefined) {
          if (!required) continue;
          refuse(findings, REQUIRED, "value", findings && nearest(name, strangers(value, names)));
          return refuseAt(findings, from, name);
        }
        // Most members are plain strings: not worth a call.
        if (check === anyString && typeof member === "string") continue;
        if (check === undefined || (orNull && member === null)) continue;
        if (!check(member, findings)) return refuseAt(findings, from, name);
      }
      return true;
    },
  ];
}

/** `patternProperties`, and `additionalProperties` for what neither they nor `properties` name. */
function otherChecks(schema: SchemaObject, compile: Compile, opened: boolean): MembersCheck[] {
  const known = new Set(isSchemaObject(schema.properties) ? Object.keys(schema.properties) : []);
  const patterns = Object.entries((schema.patternProperties as object | undefined) ?? {}).map(
    ([pattern, inner]) =>
      [toRegExp(pattern), compile(inner, ["patternProperties", pattern])] as const,
  );
  const { additionalProperties: rest } = schema;
  const unlimited = rest === undefined || rest === true || (rest === false && opened);
  const other = unlimited
    ? undefined
    : rest === false
      ? nothing
      : compile(rest, ["additionalProperties"]);
  if (!other && patterns.length === 0) return [];
  return [
    (value, findings) => {
      const from = findings?.length ?? 0;
      for (const name in value) {
        let named = known.has(name);
        for (const [pattern, check] of patterns) {
          if (!pattern.test(name)) continue;
          named = true;
          if (!check(value[name], findings)) return refuseAt(findings, from, name);
        }
        if (!named && other === nothing) {
          const free = findings && [...known].filter((each) => !Object.hasOwn(value, each));
          refuse(findings, NO_MEMBER, "value", free && nearest(name, free));
          return refuseAt(findings, from, name);
        }
        if (!named && other && !other(value[name], findings)) {
          return refuseAt(findings, from, name);
        }
      }
      return true;
    },
  ];
}

/** The check of a member that may not be there. */
export const nothing: Check = (_, findings) => refuse(findings, NO_MEMBER);

/** The names of members that are there and not known. */
function strangers(value: Members, known: ReadonlySet<string>): string[] {
  return Object.keys(value).filter((name) => !known.has(name));
}

function countChecks({ minProperties, maxProperties }: SchemaObject): MembersCheck[] {
  const checks: MembersCheck[] = [];
  const count = (value: Members) => Object.keys(value).length;
  if (typeof minProperties === "number") {
    const phrase = `at least ${minProperties} members`;
    checks.push((value, findings) => count(value) >= minProperties || refuse(findings, phrase));
  }
  if (typeof maxProperties === "number") {
    const phrase = `at most ${maxProperties} members`;
    checks.push((value, findings) => count(value) <= maxProperties || refuse(findings, phrase));
  }
  return checks;
}

function nameChecks({ propertyNames }: SchemaObject, compile: Compile): MembersCheck[] {
  if (propertyNames === undefined) return [];
  const check = compile(propertyNames, ["propertyNames"]);
  return [
    (value, findings) => {
      const from = findings?.length ?? 0;
      for (const name in value) {
        if (!check(name, findings)) return refuseAt(findings, from, name);
      }
      return true;
    },
  ];
}

/** What the presence of a member asks of the object: other members, or a whole schema. */
function dependencyChecks(schema: SchemaObject, compile: Compile): MembersCheck[] {
  const maps = ["dependencies", "dependentRequired", "dependentSchemas"] as const;
  return maps.flatMap((keyword) =>
    Object.entries(schema[keyword] ?? {}).map(([name, needed]): MembersCheck => {
      const check = Array.isArray(needed) ? needs(needed) : compile(needed, [keyword, name]);
      return (value, findings) => !Object.hasOwn(value, name) || check(value, findings);
    }),
  );
}

/** The check for members that have to be there. */
export function needs(names: readonly string[]): Check {
  return (value, findings) => {
    const missing = names.find((name) => !Object.hasOwn(value as Members, name));
    if (missing === undefined) return true;
    const from = findings?.length ?? 0;
    refuse(findings, REQUIRED);
    return refuseAt(findings, from, missing);
  };
}
