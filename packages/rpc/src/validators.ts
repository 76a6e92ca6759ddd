/**
 * Checks for JSON Schemas, as closures: no code is made from strings, so they work where a content
 * security policy forbids that.
 *
 * @module @stubwright/rpc/validators
 */
import type { Validate, ValidatorSource } from "./validation.js";
import { Engine } from "./validators/engine.js";
import type { JsonSchema } from "./validators/json-schema.js";
import type { Definitions, SchemaOptions, ValidatorOptions } from "./validators/options.js";
import { sourceOf } from "./validators/source.js";

export type { DraftName } from "./validators/dialect.js";
export type { JsonSchema } from "./validators/json-schema.js";
export type { Definitions, SchemaOptions, ValidatorOptions } from "./validators/options.js";
export { SchemaError, type SchemaPosition } from "./validators/schema-error.js";

/**
 * Makes checks out of definitions by name. References between them are `#/definitions/Name` or
 * `#/$defs/Name`, with any pointer below; by `$id`, `$anchor` and `$dynamicAnchor`; and to
 * {@link SchemaOptions.documents | other documents}.
 *
 * The source's `get` throws `RpcError` with code `UNKNOWN_DEFINITION` for a name that is
 * none, and {@link SchemaError} if something that the definition leads to cannot be checked. For
 * definitions in a text, which the generator has looked at, that is found out only when a value
 * gets there.
 *
 * @param definitions - The definitions. They are never changed, and must not change later.
 */
export function createValidators(
  definitions: Definitions,
  options: SchemaOptions = {},
): ValidatorSource {
  return sourceOf(definitions, new Engine(options, typeof definitions !== "string"));
}

/**
 * Makes the check of one schema document, such as the parameters of a tool.
 *
 * @param schema - The document. It is never changed, and must not change later.
 * @throws {@link SchemaError} if something in it, or that it leads to, cannot be checked: a
 * reference that leads nowhere, a keyword with a value that makes no sense, an unknown dialect or
 * vocabulary.
 */
export function createValidator(
  schema: JsonSchema,
  { form = "strict", ...options }: ValidatorOptions = {},
): Validate {
  const engine = new Engine(options, true);
  return engine.validate(engine.documents.add(schema), form);
}
