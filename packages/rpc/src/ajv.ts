import { createEngine, type Engine } from "./ajv/engine.js";
import { toIssues } from "./ajv/issues.js";
import { isSchemaObject, type JsonSchema } from "./ajv/json-schema.js";
import { type LazyCheck, lazy, lazyTagged } from "./ajv/lazy.js";
import { acceptsNothing, type Links, transform } from "./ajv/transform.js";
import { RpcError } from "./errors.js";
import type { Validate, ValidationForm, ValidatorSource } from "./validation.js";

export type { JsonSchema } from "./ajv/json-schema.js";

/** Definitions by name, each a schema or the JSON text of one, which is parsed when needed. */
export type Definitions = Readonly<Record<string, JsonSchema | string>>;

/**
 * Makes checks out of JSON Schema definitions with ajv. A definition is compiled once per form,
 * when a value first gets to it, and shared by all that refer to it as `#/definitions/Name` or
 * `#/$defs/Name`.
 *
 * The source's `get` throws {@link RpcError} with code `UNKNOWN_DEFINITION`; a check throws it too,
 * and `BAD_DEFINITION`, when a value gets to a definition that is missing or cannot be compiled.
 *
 * @param definitions - The definitions. They are read when needed and never changed.
 */
export function createAjvValidators(definitions: Definitions): ValidatorSource {
  const forms = {
    strict: new FormChecks("strict", definitions),
    open: new FormChecks("open", definitions),
  };
  return { get: (definition, form) => forms[form].get(definition) };
}

class FormChecks implements Links {
  readonly #form: ValidationForm;
  readonly #definitions: Definitions;
  readonly #checks = new Map<string, LazyCheck>();
  readonly #validates = new Map<string, Validate>();
  #engine: Engine | undefined;

  constructor(form: ValidationForm, definitions: Definitions) {
    this.#form = form;
    this.#definitions = definitions;
  }

  get(name: string): Validate {
    let validate = this.#validates.get(name);
    if (!validate) {
      if (this.lookup(name) === undefined) throw unknown(name);
      const check = this.definition(name);
      validate = (value) => (check(value) ? undefined : toIssues(check.errors ?? [], value));
      this.#validates.set(name, validate);
    }
    return validate;
  }

  readonly lookup = (name: string): JsonSchema | undefined => {
    const definition = Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined;
    return typeof definition === "string" ? (JSON.parse(definition) as JsonSchema) : definition;
  };

  definition(name: string): LazyCheck {
    let check = this.#checks.get(name);
    if (!check) {
      check = lazy(() => this.#compileDefinition(name));
      this.#checks.set(name, check);
    }
    return check;
  }

  tagged: Links["tagged"] = ({ tag, arms }) => {
    const checks = [...arms].map(([value, arm], i) => {
      return [value, lazy(() => this.#compile(`arm ${i} of ${tag}`, arm))] as const;
    });
    return lazyTagged(tag, new Map(checks));
  };

  #compileDefinition(name: string): LazyCheck {
    const schema = this.lookup(name);
    if (schema === undefined) throw unknown(name);
    const check = this.#compile(name, schema);
    if (this.#form === "strict") return check;
    const nothing = acceptsNothing(schema);
    if (!nothing.null && !nothing.empty) return check;
    const accepting: LazyCheck = (value, at) => {
      accepting.errors = null;
      if (nothing.null && value === null) return true;
      if (nothing.empty && isEmpty(value)) return true;
      const fits = check(value, at);
      accepting.errors = check.errors ?? null;
      return fits;
    };
    return accepting;
  }

  #compile(name: string, schema: JsonSchema): LazyCheck {
    this.#engine ??= createEngine(this.#form);
    try {
      return this.#engine.compile(transform(schema, this.#form, this));
    } catch (error) {
      if (error instanceof RpcError) throw error;
      throw new RpcError("BAD_DEFINITION", `${name} cannot be compiled: ${String(error)}`, {
        cause: error,
      });
    }
  }
}

function isEmpty(value: unknown): boolean {
  return isSchemaObject(value) && Object.keys(value).length === 0;
}

function unknown(name: string): RpcError {
  return new RpcError("UNKNOWN_DEFINITION", `There is no definition ${name}`);
}
