import type { JsonSchema } from "../schema.js";

/** One way in which published schemas are brought to a common shape. */
export interface Rule {
  readonly name: string;
  /** Gives the new document; the old one is not changed. */
  apply(document: JsonSchema): JsonSchema;
}
