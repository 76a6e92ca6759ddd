/**
 * One method of a protocol, as the runtime needs it. Generated code holds one table of these and
 * no function per method.
 */
export interface MethodDescriptor {
  /** The method's name on the wire. */
  readonly method: string;
  /** Where it stands in the stub object: `["plan", "read"]` for `rpc.plan.read()`. */
  readonly path: readonly string[];
  /** The group of methods that one stub object serves, such as `server` or `session`. */
  readonly group: string;
  /** Which side answers it. */
  readonly handler: "server" | "client" | "both";
  /** Whether it has an answer. */
  readonly kind: "request" | "notification";
  /** The member of the params that a scoped stub fills in by itself, such as `sessionId`. */
  readonly scope?: string;
  /** The definition that describes its params, without the scope member; absent if it takes none. */
  readonly params?: string;
  /** Whether a message without params has no member `params`, instead of an empty object there. */
  readonly omitsParams?: true;
  /** The definition that describes its result; absent if it has none (`null` on the wire). */
  readonly result?: string;
}

/** A union of payloads told apart by a tag, such as the events of a session. */
export interface UnionDescriptor {
  /** The union's type name. */
  readonly id: string;
  /** Path of the member that holds the tag. */
  readonly tagPath: readonly string[];
  /** Tag to the definition of that arm. Tags that are not in it are tolerated. */
  readonly arms: Readonly<Record<string, string>>;
  /** The notification that carries it, and the member of its params that holds it. */
  readonly carrier?: { readonly method: string; readonly field: string };
}

/** How messages look on the wire, and which notifications of the protocol the runtime acts on. */
export interface WireDescriptor {
  /** What separates messages. */
  readonly framing: "content-length" | "ndjson";
  /** Whether messages carry `"jsonrpc": "2.0"`. */
  readonly jsonrpcField: boolean;
  /** How calls are cancelled; absent if the protocol has no way to. */
  readonly cancel?: "acp" | "lsp" | "mcp";
  /** How progress is reported; absent if the protocol has no way to. */
  readonly progress?: "lsp" | "mcp";
}

/** The contract between generated code and the runtime that this package fulfils. */
export const CONTRACT = 1;

/** A whole protocol: the one value that generated code hands to the runtime. */
export interface ProtocolDescriptor {
  /** The contract that the code was generated for; see {@link wireOptions}. */
  readonly contract: typeof CONTRACT;
  /** The protocol's name. */
  readonly name: string;
  /** Version of the schemas that it was generated from. */
  readonly version: string;
  readonly methods: readonly MethodDescriptor[];
  readonly unions: readonly UnionDescriptor[];
  readonly wire: WireDescriptor;
}
