/**
 * What is known of JSON Schema's keywords, for programs that read schemas.
 *
 * @module @stubwright/rpc/json-schema
 */
export type { JsonSchema, SchemaObject } from "./validators/json-schema.js";
export {
  type DraftNumber,
  isProse,
  KEYWORDS,
  type Keyword,
  type KeywordRole,
  type KeywordValue,
  type SchemaPlace,
  schemasIn,
  type Vocabulary,
} from "./validators/keywords.js";
