import { type Check, lazy, refuse, refuseAt } from "./check.js";
import type { Compile } from "./compile.js";
import { isSchemaObject, type JsonSchema, type SchemaObject } from "./json-schema.js";
import { findTag, type Lookup, type TaggedUnion } from "./tagged.js";

/** The checks of `allOf`, `anyOf` and `oneOf`. In the open form a value may match several arms. */
export function unionChecks(
  schema: SchemaObject,
  compile: Compile,
  lookup: Lookup,
  opened: boolean,
): Check[] {
  const checks: Check[] = [];
  const { allOf, anyOf, oneOf } = schema;
  if (Array.isArray(allOf)) checks.push(...allOf.map((arm) => compile(arm)));
  for (const listed of [anyOf, oneOf]) {
    if (!Array.isArray(listed)) continue;
    // Published schemas write "or nothing at all" as an arm that matches nothing.
    const arms = (listed as JsonSchema[]).filter((arm) => !isNever(arm));
    const union = findTag(arms, lookup);
    if (union) checks.push(taggedCheck(union, compile));
    else {
      const made = arms.map((arm) => compile(arm));
      checks.push(listed === oneOf && !opened ? exactlyOne(made) : anyArm(made));
    }
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
    return refuse(findings, "a match of one of the alternatives", "summary");
  };
}

function exactlyOne(arms: readonly Check[]): Check {
  return (value, findings) => {
    const from = findings?.length ?? 0;
    const matches = arms.filter((arm) => arm(value, findings)).length;
    if (findings && matches > 0) findings.length = from;
    return matches === 1 || refuse(findings, "a match of exactly one alternative", "summary");
  };
}

/** Checks the one arm that the tag names. Arms are made when a value first names them. */
function taggedCheck({ tag, arms: schemas }: TaggedUnion, compile: Compile): Check {
  const arms = new Map([...schemas].map(([name, arm]) => [name, lazy(() => compile(arm))]));
  const anyTag = compile({ enum: [...schemas.keys()] });
  const needsTag = compile({ type: "object", required: [tag] });
  return (value, findings) => {
    if (!isSchemaObject(value) || !Object.hasOwn(value, tag)) return needsTag(value, findings);
    const arm = arms.get(value[tag]);
    if (arm) return arm(value, findings);
    const from = findings?.length ?? 0;
    anyTag(value[tag], findings);
    return refuseAt(findings, from, tag);
  };
}

/**
 * The checks of `not` and `if`. Nothing is opened below them, since that would refuse more and not
 * less.
 */
export function conditionChecks(schema: SchemaObject, compile: Compile): Check[] {
  const checks: Check[] = [];
  if (schema.not !== undefined) {
    const not = compile(schema.not, "strict");
    checks.push((value, findings) => {
      return (
        !not(value) || refuse(findings, "a value that its schema does not rule out", "summary")
      );
    });
  }
  if (schema.if !== undefined) {
    const test = compile(schema.if, "strict");
    const yes = compile(schema.then ?? true);
    const no = compile(schema.else ?? true);
    checks.push((value, findings) => (test(value) ? yes(value, findings) : no(value, findings)));
  }
  return checks;
}
