import { _ } from "ajv/dist/compile/codegen/index.js";
import ajvCore from "ajv/dist/core.js";
import type { CodeKeywordDefinition } from "ajv/dist/types/index.js";
import applicator from "ajv/dist/vocabularies/applicator/index.js";
import { callRef } from "ajv/dist/vocabularies/core/ref.js";
import format from "ajv/dist/vocabularies/format/index.js";
import validation from "ajv/dist/vocabularies/validation/index.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { ValidationForm } from "../validation.js";
import type { JsonSchema } from "./json-schema.js";
import type { LazyCheck } from "./lazy.js";

/** Node and the bundlers disagree on what the default import of such a CommonJS module is. */
function unwrap<T extends object>(module: T | { readonly default: T }): T {
  return "default" in module ? module.default : module;
}

/** Calls a {@link LazyCheck}, as a reference calls the schema that it names. */
const link: CodeKeywordDefinition = {
  keyword: "link",
  code(cxt) {
    callRef(cxt, cxt.gen.scopeValue("validate", { ref: cxt.schema as LazyCheck }));
  },
};

/** The value is null, or it matches the schema. */
const orNull: CodeKeywordDefinition = {
  keyword: "orNull",
  code(cxt) {
    const { gen } = cxt;
    const valid = gen.let("valid", true);
    gen.if(_`${cxt.data} !== null`, () => {
      const inner = gen.name("_valid");
      cxt.subschema({ keyword: "orNull" }, inner);
      gen.assign(valid, inner);
    });
    cxt.ok(valid);
  },
};

/** Compiles transformed schemas of one form. */
export interface Engine {
  compile(schema: JsonSchema): LazyCheck;
}

/**
 * Makes the compiler of one form. Only the vocabularies that the checks use are loaded, and no
 * meta-schema: loading is most of what the first check costs.
 */
export function createEngine(form: ValidationForm): Engine {
  const ajv = new (unwrap(ajvCore))({
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    strict: false,
    messages: false,
    logger: false,
    // Shorter code is not faster code here, and the pass is a third of the compile time.
    code: { optimize: false },
    validateFormats: form === "strict",
    formats: form === "strict" ? fullFormats : {},
  });
  ajv.addVocabulary(unwrap(validation));
  ajv.addVocabulary(unwrap(applicator)());
  if (form === "strict") ajv.addVocabulary(unwrap(format));
  ajv.addVocabulary([link, orNull]);
  return { compile: (schema) => ajv.compile(schema as object) as LazyCheck };
}
