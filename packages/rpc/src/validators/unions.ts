import { type Check, type Compile, keepBest, refuse, refuseAt } from "./check.js";
import { isSchemaObject, type JsonSchema, type SchemaObject } from "./json-schema.js";
import { needs } from "./objects.js";
import { oneOfThese } from "./scalars.js";
import { type Deref, findTag, type TaggedUnion } from "./tagged.js";

/**
 * The checks of `allOf`, `anyOf` and `oneOf`. In the open form a value may match several arms.
 *
 * @param later - Compiles an arm that few values get to.
 */
export function unionChecks(
  schema: SchemaObject,
  compile: Compile,
  later: Compile,
  deref: Deref,
  opened: boolean,
): Check[] {
  const checks: Check[] = [];
  const { allOf } = schema;
  if (Array.isArray(allOf)) checks.push(...allOf.map((arm, i) => compile(arm, ["allOf", i])));
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const listed = schema[keyword];
    if (!Array.isArray(listed)) continue;
    // Published schemas write "or nothing at all" as an arm that matches nothing.
    const arms = [...(listed as JsonSchema[]).entries()].filter(([, arm]) => !isNever(arm));
    const union = findTag(
      arms.map(([, arm]) => arm),
      deref,
    );
    const make = union ? later : compile;
    const made = arms.map(([i, arm]) => make(arm, [keyword, i]));
    if (union) checks.push(taggedCheck(union, made));
    else checks.push(keyword === "oneOf" && !opened ? exactlyOne(made) : anyArm(made));
  }
  return checks;
}

function isNever(schema: JsonSchema): boolean {
  if (!isSchemaObject(schema)) return schema === false;
  return isSchemaObject(schema.not) && Object.keys(schema.not).length === 0;
}

function anyArm(arms: readonly Check[]): Check {
  return (value, findings) => {
    const from = findings?.length ?? 0;
    for (let i = 0; i < arms.length; i++) {
      if (!arms[i]!(value, findings)) continue;
      // What earlier arms found is of no interest any more.
      if (findings) findings.length = from;
      return true;
    }
    if (findings) keepBest(findings, from);
    return refuse(findings, "a match of one of the alternatives", "summary");
  };
}

function exactlyOne(arms: readonly Check[]): Check {
  return (value, findings) => {
    const from = findings?.length ?? 0;
    let matches = 0;
    // A second match decides; the rest need not be looked at.
    for (let i = 0; i < arms.length && matches < 2; i++) if (arms[i]!(value, findings)) matches++;
    if (findings && matches > 0) findings.length = from;
    else if (findings) keepBest(findings, from);
    return matches === 1 || refuse(findings, "a match of exactly one alternative", "summary");
  };
}

/** Checks the one arm that the tag names. */
function taggedCheck({ tag, arms: numbers }: TaggedUnion, made: readonly Check[]): Check {
  const arms = new Map<unknown, Check>([...numbers].map(([name, i]) => [name, made[i]!]));
  const anyTag = oneOfThese([...numbers.keys()]);
  const needsTag = needs([tag]);
  return (value, findings) => {
    if (!isSchemaObject(value)) return refuse(findings, "object");
    if (!Object.hasOwn(value, tag)) return needsTag(value, findings);
    const arm = arms.get(value[tag]);
    if (arm) return arm(value, findings);
    const from = findings?.length ?? 0;
    anyTag(value[tag], findings);
    return refuseAt(findings, from, tag);
  };
}
