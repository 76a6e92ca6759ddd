import type { FormatName, ResultFrom } from "./format-names.js";
import type { JsonSchema } from "./schema.js";

/**
 * The protocol model: what the schemas say, in one serialisable value that every emitter reads.
 */
export interface Protocol {
  readonly name: string;
  /** Version of the package that the schemas came from. */
  readonly version: string;
  readonly source: ProtocolSource;
  /** All definitions by their final name; references between them are `#/definitions/Name`. */
  readonly types: Readonly<Record<string, JsonSchema>>;
  readonly methods: readonly Method[];
  readonly unions: readonly Union[];
  readonly wire: Wire;
  /** Whether experimental methods have interfaces of their own, which an option opens. */
  readonly experimentalApart: boolean;
}

/** Where a protocol was read. */
export interface ProtocolSource {
  /** The format that each schema file was read as. */
  readonly formats: Readonly<Record<string, FormatName>>;
  /** SHA-256 of each schema file, in hex. */
  readonly files: Readonly<Record<string, string>>;
}

/** One request or notification. */
export interface Method {
  /** Its name on the wire. */
  readonly wire: string;
  /** Where it stands in the stub object. */
  readonly path: readonly string[];
  /** The stub object or handler object that it belongs to. */
  readonly group: string;
  /** Which side answers it. */
  readonly handler: "server" | "client" | "both";
  readonly kind: "request" | "notification";
  /** Name of the type of its params without the scope member, or null if it takes none. */
  readonly params: string | null;
  /** Whether the params can be left out: none of their members is required. */
  readonly paramsOptional: boolean;
  /** Whether a message without params has no member `params`, instead of an empty object there. */
  readonly omitsParams: boolean;
  /** Name of the type of its result, or null if it answers with nothing. */
  readonly result: string | null;
  /** Where the result was found; null for a notification. */
  readonly resultFrom: ResultFrom | null;
  /** Name of the type of the error objects that it may answer with, or null if none are declared. */
  readonly error: string | null;
  /** Name of the type of a part of its result that is sent ahead, or null if there are none. */
  readonly partialResult: string | null;
  /** The capabilities without which it must not be called. */
  readonly gates: readonly Gate[];
  /** The member of the params that a scoped stub sends by itself. */
  readonly scope: Scope | null;
  readonly stability: string;
  readonly visibility: "public" | "internal";
  readonly deprecated: boolean;
  readonly doc: string;
}

/** A capability that a side has to announce in the handshake. */
export interface Gate {
  /** Who announces it. */
  readonly side: "server" | "client";
  /** Its place among that side's capabilities, such as `textDocument.hover`. */
  readonly path: string;
}

/** The member of the params that a stub of a group fills in. */
export interface Scope {
  readonly member: string;
  /** Name of its type: a definition, or one of the primitive types of TypeScript. */
  readonly type: string;
}

/** Payloads told apart by a tag. */
export interface Union {
  readonly id: string;
  readonly tagPath: readonly string[];
  /** Tag to type name. */
  readonly arms: Readonly<Record<string, string>>;
  /** Whether tags that are not listed are to be expected. */
  readonly open: true;
  readonly carrier: { readonly method: string; readonly field: string } | null;
}

/** How messages look on the wire. */
export interface Wire {
  readonly framing: "content-length" | "ndjson";
  readonly jsonrpcField: boolean;
  /** How calls are cancelled; absent if the protocol has no way to. */
  readonly cancel?: "lsp" | "mcp" | "acp";
  /** How progress is reported; absent if the protocol has no way to. */
  readonly progress?: "lsp" | "mcp";
}
