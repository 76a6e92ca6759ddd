import type { ValidationForm } from "../validation.js";
import { arrayChecks } from "./arrays.js";
import { all, type Check, refuse } from "./check.js";
import { isSchemaObject, type JsonSchema, refName } from "./json-schema.js";
import { objectChecks } from "./objects.js";
import { literalChecks, numberChecks, stringChecks, typeCheck } from "./scalars.js";
import type { Lookup } from "./tagged.js";
import { conditionChecks, unionChecks } from "./unions.js";

/** Makes the check of a schema inside another one, in the same form unless told otherwise. */
export type Compile = (schema: unknown, form?: ValidationForm) => Check;

/** What a schema's references lead to. */
export interface Links {
  readonly lookup: Lookup;
  /** The check of a definition, in any form, made when a value first gets there. */
  definition(name: string, form: ValidationForm): Check;
}

/**
 * Makes the check of a schema: one closure per thing to check, no code from strings. Keywords that
 * it does not know check nothing.
 *
 * In the open form, unknown members are fine, an optional member may be null, formats are not
 * looked at, and a union may match more than once.
 *
 * @throws TypeError or SyntaxError for a type that does not exist or a pattern that is none.
 */
export function compileSchema(schema: JsonSchema, form: ValidationForm, links: Links): Check {
  if (schema === false) return (_, findings) => refuse(findings, "nothing");
  if (!isSchemaObject(schema)) return () => true;
  const opened = form === "open";
  const compile: Compile = (inner, as = form) => compileSchema(inner as JsonSchema, as, links);
  return all([
    ...typeCheck(schema),
    ...literalChecks(schema),
    ...numberChecks(schema),
    ...stringChecks(schema, !opened),
    ...arrayChecks(schema, compile),
    ...objectChecks(schema, compile, opened),
    ...refCheck(schema.$ref, form, links),
    ...unionChecks(schema, compile, links.lookup, opened),
    ...conditionChecks(schema, compile),
  ]);
}

function refCheck(ref: unknown, form: ValidationForm, links: Links): Check[] {
  if (ref === undefined) return [];
  return [links.definition(refName(ref) ?? `${ref}`, form)];
}
