/** One way in which a value differs from its schema. */
export interface ValidationIssue {
  /** JSON Pointer to the place in the value; empty for the value itself. */
  readonly pointer: string;
  /** What the schema expects there, as a short phrase. */
  readonly expected: string;
  /** What was found there, as JSON cut to 120 characters. */
  readonly found: string;
  /**
   * The name that was most likely meant: of a member that may not be there, the nearest known one;
   * of a member that is missing, the nearest unknown one that is there.
   */
  readonly meant?: string;
}

/**
 * Checks a value against one definition.
 *
 * @returns Undefined when it matches, else what differs; at least one issue.
 */
export type Validate = (value: unknown) => readonly ValidationIssue[] | undefined;

/**
 * How a definition is applied. `strict` is the schema as published, for what we send. `open` is for
 * what we receive: unknown members are fine, and an optional member may be null.
 */
export type ValidationForm = "strict" | "open";

/** Gives the check for a definition, compiling it when first asked. */
export interface ValidatorSource {
  /**
   * @param definition - A definition's name, as {@link MethodDescriptor} and
   * {@link UnionDescriptor} have it.
   * @param form - How to apply it.
   * @throws {@link RpcError} with code `UNKNOWN_DEFINITION` if there is none of that name.
   */
  get(definition: string, form: ValidationForm): Validate;
}
