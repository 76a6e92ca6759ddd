import { toProtocol } from "../src/generate.js";
import type { Protocol } from "../src/index.js";
import type { LoadedSource } from "../src/load/source.js";

/**
 * Reads schemas that stand in a test, as if they had been published.
 *
 * @param documents - By their names; `core` is the handwritten one.
 */
export function protocolOf(documents: Readonly<Record<string, object>>): Protocol {
  return toProtocol(inlineSource(documents));
}

/** Schemas that stand in a test, as if they had been loaded. */
export function inlineSource(documents: Readonly<Record<string, object>>): LoadedSource {
  return {
    manifest: { name: "inline", version: "1.2.3", packages: [], files: {} },
    documents: Object.entries(documents).map(([name, json]) => ({
      name,
      role: name === "core" ? "handwritten" : "published",
      file: `${name}.schema.json`,
      sha256: "",
      json: { ...json },
    })),
  };
}

/** A method as a document has it. */
export function method(wire: string, params: unknown = null, result: unknown = null) {
  return { rpcMethod: wire, params, result };
}
