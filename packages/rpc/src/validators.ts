/**
 * Checks for JSON Schema definitions, made when a value first gets to them.
 *
 * @module @stubwright/rpc/validators
 */
import { RpcError } from "./errors.js";
import type { Validate, ValidationForm, ValidatorSource } from "./validation.js";
import { type Check, type Finding, lazy } from "./validators/check.js";
import { compileSchema, type Links } from "./validators/compile.js";
import { toIssues } from "./validators/issues.js";
import { isSchemaObject, type JsonSchema } from "./validators/json-schema.js";
import { findLine } from "./validators/lines.js";

export type { JsonSchema } from "./validators/json-schema.js";

/**
 * Definitions by name; or a text with one definition a line, sorted by name: the name, a space, its
 * schema as JSON. Only the lines that are needed are read, and one long text loads faster than many
 * short ones.
 */
export type Definitions = Readonly<Record<string, JsonSchema>> | string;

/**
 * Makes checks out of JSON Schema definitions. A definition is read once per form, when a value
 * first gets to it, and shared by all that refer to it as `#/definitions/Name` or `#/$defs/Name`.
 * No code is made from strings, so it works where a content security policy forbids that.
 *
 * The source's `get` throws {@link RpcError} with code `UNKNOWN_DEFINITION`; a check throws it too,
 * and `BAD_DEFINITION`, when a value gets to a definition that is missing or makes no sense.
 *
 * @param definitions - The definitions. They are read when needed and never changed.
 */
export function createValidators(definitions: Definitions): ValidatorSource {
  const links = new DefinitionChecks(definitions);
  return { get: (name, form) => links.validate(name, form) };
}

class DefinitionChecks implements Links {
  readonly #definitions: Definitions;
  readonly #parsed = new Map<string, JsonSchema>();
  readonly #checks = { strict: new Map<string, Check>(), open: new Map<string, Check>() };

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  validate(name: string, form: ValidationForm): Validate {
    const schema = this.lookup(name);
    if (schema === undefined) throw unknown(name);
    const own = this.definition(name, form);
    const check = form === "open" ? acceptNothing(schema, own) : own;
    return (value) => {
      try {
        if (check(value)) return undefined;
        const findings: Finding[] = [];
        check(value, findings);
        return toIssues(findings, value);
      } catch (error) {
        // Values nested deeper than the stack: recursive checks cannot follow, JSON.parse can.
        if (!(error instanceof RangeError)) throw error;
        return [
          { pointer: "", expected: "a value of limited depth", found: "one nested too deeply" },
        ];
      }
    };
  }

  readonly lookup = (name: string): JsonSchema | undefined => {
    if (typeof this.#definitions !== "string") {
      return Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined;
    }
    const known = this.#parsed.get(name);
    if (known !== undefined) return known;
    const json = findLine(this.#definitions, name);
    if (json === undefined) return undefined;
    const schema = JSON.parse(json) as JsonSchema;
    this.#parsed.set(name, schema);
    return schema;
  };

  definition(name: string, form: ValidationForm): Check {
    const checks = this.#checks[form];
    let check = checks.get(name);
    if (!check) {
      check = lazy(() => this.#compile(name, form));
      checks.set(name, check);
    }
    return check;
  }

  #compile(name: string, form: ValidationForm): Check {
    const schema = this.lookup(name);
    if (schema === undefined) throw unknown(name);
    try {
      return compileSchema(schema, form, this);
    } catch (cause) {
      throw new RpcError("BAD_DEFINITION", `${name} cannot be compiled: ${cause}`, { cause });
    }
  }
}

/** What a whole value may be besides its definition: servers use null and {} for "nothing" alike. */
function acceptNothing(schema: JsonSchema, check: Check): Check {
  if (!isSchemaObject(schema)) return check;
  const required = Array.isArray(schema.required) && schema.required.length > 0;
  if (schema.type === "object" && !required) {
    return (value, findings) => value === null || check(value, findings);
  }
  if (schema.type !== "null") return check;
  return (value, findings) => isEmptyObject(value) || check(value, findings);
}

function isEmptyObject(value: unknown): boolean {
  return isSchemaObject(value) && Object.keys(value).length === 0;
}

function unknown(name: string): RpcError {
  return new RpcError("UNKNOWN_DEFINITION", `There is no definition ${name}`);
}
