import type { FormatName, ResultFrom } from "../format-names.js";
import type { Wire } from "../ir.js";
import type { JsonSchema } from "../schema.js";
import type { Places } from "./places.js";

/** A document as a format gets it. */
export interface FormatInput {
  readonly file: string;
  readonly json: JsonSchema;
  readonly hints: Hints;
}

/** What the handwritten schema says to a format. */
export interface Hints {
  /** Unions of messages by the name of their definition, with the side that answers them. */
  readonly messages?: Readonly<Record<string, "server" | "client">>;
}

/** A method as a format found it. */
export interface FoundMethod {
  /** Its name on the wire. */
  readonly wire: string;
  /** Who answers it, if not both sides. */
  readonly side: "server" | "client" | "both";
  readonly kind: "request" | "notification";
  readonly params?: unknown;
  /** Whether a message may do without params. */
  readonly paramsOptional: boolean;
  /** Undefined for a request whose result the document does not tell. */
  readonly result?: unknown;
  readonly resultFrom?: ResultFrom;
  /** What else is said of it, as methods of our own documents say it. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Where it stands in the file, and its params and its result. */
  readonly at: string;
  readonly paramsAt?: string;
  readonly resultAt?: string;
}

/** What a format makes of a document. */
export interface Reading {
  /** The definitions, as JSON Schema. */
  readonly schema: JsonSchema;
  readonly methods: readonly FoundMethod[];
  readonly wire: Partial<Wire>;
  /** Where the definitions stand in the file, if not where they stand in `schema`. */
  readonly places: Places;
  /** What the group of the methods that the server answers is called. Default `server`. */
  readonly serverGroup?: string;
  /** Whether scopes and events are looked for by their names: nothing else says them. */
  readonly conventions: boolean;
  /** Whether the parts of a method's name stay as they are. Default: they become camel case. */
  readonly plainNames?: boolean;
}

/** One convention: how its documents are told from others, and how they are read. */
export interface Format {
  readonly name: FormatName;
  /** What its documents look like, for those whose document is none. */
  readonly looks: string;
  recognises(json: JsonSchema): boolean;
  /**
   * Reads a document; undefined if it holds methods as our own documents do already.
   *
   * @throws {@link StubwrightError} `SCHEMA_INVALID` with the place in the file.
   */
  read(input: FormatInput): Reading | undefined;
}
