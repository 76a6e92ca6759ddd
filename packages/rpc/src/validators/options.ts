import type { ValidationForm } from "../validation.js";
import type { DraftName } from "./dialect.js";
import type { JsonSchema } from "./json-schema.js";

/**
 * Definitions by name; or a text with one definition a line, sorted by name: the name, a space, its
 * schema as JSON. Only the lines that are needed are read, and one long text loads faster than many
 * short ones.
 */
export type Definitions = Readonly<Record<string, JsonSchema>> | string;

/** How schemas are read. */
export interface SchemaOptions {
  /**
   * Other documents that references may lead to, by URI; meta-schemas of custom dialects among
   * them. Nothing is fetched.
   */
  readonly documents?: Readonly<Record<string, JsonSchema>>;
  /**
   * The draft of documents without `$schema`. Default `2020-12`. Keywords of all drafts are read
   * in each; what differs is that up to `draft-07` nothing beside a `$ref` counts.
   */
  readonly dialect?: DraftName;
  /**
   * `assert` (default) checks formats in the strict form; `annotate` never does. The open form
   * never does.
   */
  readonly formats?: "assert" | "annotate";
}

/** How one schema document is read and applied. */
export interface ValidatorOptions extends SchemaOptions {
  /** How it is applied. Default `strict`. */
  readonly form?: ValidationForm;
}
