/** The conventions by which documents say what their methods are. */
export const FORMAT_NAMES = [
  "methods",
  "message-unions",
  "marked-types",
  "openrpc",
  "lsp-metamodel",
] as const;

/** One of the conventions by which documents say what their methods are. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/** Where the result of a request was found: said by the schema, by its name, or by hand. */
export type ResultFrom = "schema" | "convention" | "override";
