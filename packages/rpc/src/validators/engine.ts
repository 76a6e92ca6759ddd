import type { Validate, ValidationForm, ValidationIssue } from "../validation.js";
import { type Check, type Finding, refuse } from "./check.js";
import { Compiler } from "./compile.js";
import { DRAFTS } from "./dialect.js";
import { Documents, type Place } from "./documents.js";
import { Effort } from "./effort.js";
import { toIssues } from "./issues.js";
import { isSchemaObject } from "./json-schema.js";
import type { SchemaOptions } from "./options.js";
import type { SchemaEngine } from "./source.js";

/** Makes checks as closures; what the checks of one source share. */
export class Engine implements SchemaEngine {
  readonly documents: Documents;
  readonly #compiler: Compiler;
  readonly #effort = new Effort();

  /**
   * @param eager - Whether all that a schema leads to is compiled with it, or when a value gets
   * there.
   */
  constructor({ documents, dialect, formats }: SchemaOptions, eager: boolean) {
    this.documents = new Documents(documents, DRAFTS[dialect ?? "2020-12"]);
    this.#compiler = new Compiler(this.documents, this.#effort, formats !== "annotate", eager);
  }

  /** Makes the check of a whole value. */
  validate(place: Place, form: ValidationForm): Validate {
    const own = this.#compiler.check(place, form);
    this.#compiler.finish();
    const effort = this.#effort;
    return wholeValue(place, form, own, () => effort.begin());
  }
}

/**
 * Makes the check of a whole value from the one of its schema.
 *
 * @param begin - Called before each value.
 */
export function wholeValue(
  place: Place,
  form: ValidationForm,
  own: Check,
  begin: () => void = () => undefined,
): Validate {
  const nothing = form === "open" ? nothingFor(place.schema) : undefined;
  const check: Check = nothing ? (value, f) => nothing(value) || own(value, f) : own;
  return (value) => {
    begin();
    try {
      if (check(value)) return undefined;
      return explain(check, value);
    } catch (error) {
      // Values nested deeper than the stack: recursive checks cannot follow, JSON.parse can.
      if (!(error instanceof RangeError)) throw error;
      return explain(
        (_, findings) => refuse(findings, "a value that is nested less deeply"),
        value,
      );
    }
  };
}

function explain(check: Check, value: unknown): ValidationIssue[] {
  const findings: Finding[] = [];
  check(value, findings);
  return toIssues(findings, value);
}

/**
 * What a whole value may be besides its definition: servers use null and {} for "nothing" alike.
 */
function nothingFor(schema: unknown): ((value: unknown) => boolean) | undefined {
  if (!isSchemaObject(schema)) return undefined;
  const required = Array.isArray(schema.required) && schema.required.length > 0;
  if (schema.type === "object" && !required) return (value) => value === null;
  return schema.type === "null" ? isEmptyObject : undefined;
}

function isEmptyObject(value: unknown): boolean {
  return isSchemaObject(value) && Object.keys(value).length === 0;
}
