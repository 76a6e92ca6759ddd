/**
 * Checks for JSON Schemas, made by ajv: for those who want its plugins, or code that is compiled.
 * The package `ajv` (8) has to be installed. It makes code from strings.
 *
 * @module @stubwright/rpc/ajv
 */
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { DataValidateFunction } from "ajv/dist/types/index.js";
import type { Validate, ValidationForm, ValidatorSource } from "./validation.js";
import type { Check, Finding } from "./validators/check.js";
import { Compiler } from "./validators/compile.js";
import { DRAFTS } from "./validators/dialect.js";
import { Documents, type Place } from "./validators/documents.js";
import { Effort } from "./validators/effort.js";
import { wholeValue } from "./validators/engine.js";
import { Flattener } from "./validators/flatten.js";
import { formats } from "./validators/formats.js";
import type { JsonSchema } from "./validators/json-schema.js";
import { isMultiple } from "./validators/multiple.js";
import type { Definitions, SchemaOptions, ValidatorOptions } from "./validators/options.js";
import { pointerStep } from "./validators/pointer.js";
import { toRegExp } from "./validators/scalars.js";
import { SchemaError } from "./validators/schema-error.js";
import { type SchemaEngine, sourceOf } from "./validators/source.js";
import { UNEVALUATED } from "./validators/unevaluated.js";

/** What can be set up before schemas are compiled. */
export interface AjvOptions {
  /** Adds keywords, formats and plugins. */
  readonly setup?: (ajv: Ajv2020) => void;
}

/**
 * Makes checks out of definitions by name, as `createValidators` of `@stubwright/rpc/validators`
 * does, with the same verdicts. All that a definition leads to is compiled with it.
 */
export function createAjvValidators(
  definitions: Definitions,
  options: SchemaOptions & AjvOptions = {},
): ValidatorSource {
  return sourceOf(definitions, new AjvEngine(options));
}

/**
 * Makes the check of one schema document, as `createValidator` of `@stubwright/rpc/validators` does.
 *
 * @throws `SchemaError` of `@stubwright/rpc/validators` if something in it, or that it leads to,
 * cannot be checked.
 */
export function createAjvValidator(
  schema: JsonSchema,
  { form = "strict", ...options }: ValidatorOptions & AjvOptions = {},
): Validate {
  const engine = new AjvEngine(options);
  return engine.validate(engine.documents.add(schema), form);
}

class AjvEngine implements SchemaEngine {
  readonly documents: Documents;
  readonly #ajv: Ajv2020;
  readonly #flattener: Flattener;
  readonly #effort = new Effort();

  constructor({ documents, dialect, formats: mode, setup }: SchemaOptions & AjvOptions) {
    this.documents = new Documents(documents, DRAFTS[dialect ?? "2020-12"]);
    this.#ajv = makeAjv();
    setup?.(this.#ajv);
    const withFormats = mode !== "annotate";
    const closures = new Compiler(this.documents, this.#effort, withFormats, false);
    this.#flattener = new Flattener(
      this.documents,
      withFormats,
      (name, schema) => void this.#ajv.addSchema(schema as object, name),
      (reading, keyword, rest) => closures.unevaluated(reading, keyword, this.#checkOf(rest)),
    );
  }

  validate(place: Place, form: ValidationForm): Validate {
    const name = this.#flattener.flatten(place, form);
    this.#compile(name, place);
    return wholeValue(place, form, this.#checkOf(name), () => this.#effort.begin());
  }

  /** The check of a schema that was compiled, or will be. */
  #checkOf(name: string): Check {
    let fits: ValidateFunction | undefined;
    return (value, findings) => {
      fits ??= this.#ajv.getSchema(name) as ValidateFunction;
      if (fits(value)) return true;
      findings?.push(...(fits.errors ?? []).map(toFinding));
      return false;
    };
  }

  #compile(name: string, { resource, pointer }: Place): void {
    try {
      this.#ajv.getSchema(name);
    } catch (cause) {
      const at = { document: resource.document, pointer };
      throw new SchemaError("BAD_DEFINITION", `ajv cannot compile it: ${cause}`, at, { cause });
    }
  }
}

function makeAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    ownProperties: true,
    code: { regExp: Object.assign(toRegExp, { code: "toRegExp" }) },
  });
  for (const [name, fits] of formats) ajv.addFormat(name, fits);
  // ajv counts evaluated items from the first one on, and forgets members inside some alternatives.
  for (const keyword of UNEVALUATED) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({ keyword, compile: byCheck });
  }
  ajv.removeKeyword("multipleOf");
  return ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    validate: (divisor: number, value: number) => isMultiple(value, divisor),
  });
}

/** A keyword whose value in the schema is what checks it. */
function byCheck(check: Check): DataValidateFunction {
  const validate: DataValidateFunction = (value: unknown, context) => {
    const findings: Finding[] = [];
    const fits = check(value, findings);
    const instancePath = context?.instancePath ?? "";
    validate.errors = findings.map(({ pointer, expected, kind }) => ({
      instancePath: instancePath + pointer,
      keyword: kind === "literal" ? "const" : kind === "summary" ? "anyOf" : "unevaluated",
      params: {},
      message: expected,
    }));
    return fits;
  };
  return validate;
}

const SUMMARIES = new Set("anyOf oneOf not if contains".split(" "));

function toFinding({ instancePath, keyword, params, message = keyword }: ErrorObject): Finding {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = params;
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty ?? propertyName;
  const pointer = member === undefined ? instancePath : instancePath + pointerStep(member);
  const known =
    keyword === "required"
      ? "a value, since it is required"
      : keyword.endsWith("Properties") && member !== undefined
        ? "no such member"
        : undefined;
  return {
    pointer,
    depth: pointer.split("/").length,
    expected: known ?? message.replace(/^must be /, "").replace(/^must /, "a value that must "),
    kind: SUMMARIES.has(keyword)
      ? "summary"
      : keyword === "const" || keyword === "enum"
        ? "literal"
        : "value",
  };
}
