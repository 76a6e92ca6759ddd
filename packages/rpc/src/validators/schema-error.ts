import { RpcError } from "../errors.js";

/** A place in a schema document. */
export interface SchemaPosition {
  /** The URI of the document; empty for one that was given without. */
  readonly document: string;
  /** JSON Pointer from the document's root; `/definitions/Name` for a definition by name. */
  readonly pointer: string;
}

/**
 * A schema cannot be checked as it is written. Code `UNKNOWN_DEFINITION` if a reference in it leads
 * nowhere, `BAD_DEFINITION` for all else.
 */
export class SchemaError extends RpcError implements SchemaPosition {
  override readonly name = "SchemaError";
  /** The document that has the mistake; empty for the one that was given without a URI. */
  readonly document: string;
  /** JSON Pointer to the mistake. */
  readonly pointer: string;

  constructor(
    code: "BAD_DEFINITION" | "UNKNOWN_DEFINITION",
    problem: string,
    { document, pointer }: SchemaPosition,
    options?: { cause?: unknown },
  ) {
    super(code, `${problem} at ${document}#${pointer}`, options);
    this.document = document;
    this.pointer = pointer;
  }
}
