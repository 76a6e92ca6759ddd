/** A schema object that can tell its JSON Schema, as Zod's can. */
export interface ZodSchema<T = unknown> {
  readonly _output: T;
  toJSONSchema(options?: { io?: "input" | "output" }): Record<string, unknown>;
}

/**
 * A schema object of any library that follows Standard Schema and Standard JSON Schema, such as Zod,
 * ArkType, and Valibot with `toStandardJsonSchema`.
 */
export interface StandardSchema<T = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
    readonly validate?: (value: unknown) => StandardResult | PromiseLike<StandardResult>;
    readonly jsonSchema?: { input(options: { target: "draft-2020-12" }): Record<string, unknown> };
  };
}

/** What a Standard Schema makes of a value. */
export interface StandardResult {
  readonly value?: unknown;
  readonly issues?: readonly StandardIssue[] | undefined;
}

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
