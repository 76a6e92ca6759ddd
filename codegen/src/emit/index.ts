import type { Protocol } from "../ir.js";
import { INTERNAL_PREFIX } from "../names/derived.js";
import { emitDescriptor } from "./descriptor.js";
import { withoutProse } from "./docs.js";
import { emitEntry, emitValidators } from "./entries.js";
import { emitEvents } from "./events.js";
import type { GeneratedFile } from "./file.js";
import { decideHomes, INTERNAL_TYPES, PUBLIC_TYPES } from "./homes.js";
import { emitRpc } from "./rpc.js";
import { emitSchemas } from "./schemas.js";
import { emitTypes } from "./types.js";

/** How files are emitted. */
export interface EmitOptions {
  /** Whether descriptions of the schemas become comments. Default false. */
  readonly docs?: boolean;
}

/** Emits every file of a protocol's package. */
export async function emit(model: Protocol, options: EmitOptions = {}): Promise<GeneratedFile[]> {
  const protocol = options.docs ? model : withoutProse(model);
  const homes = decideHomes(protocol);
  const types = await emitTypes(protocol, homes);
  const made = new Set(types.map((file) => file.path));
  const rpc = { prefix: "", mirror: false };
  return [
    ...types,
    emitEvents(protocol, homes),
    emitDescriptor(protocol),
    emitRpc(protocol, homes, {
      ...rpc,
      path: "rpc.gen.ts",
      include: ({ visibility }) => visibility === "public",
    }),
    emitRpc(protocol, homes, {
      ...rpc,
      path: "internal-rpc.gen.ts",
      include: ({ visibility }) => visibility === "internal",
      prefix: INTERNAL_PREFIX,
    }),
    emitRpc(protocol, homes, { ...rpc, path: "server.gen.ts", include: () => true, mirror: true }),
    emitEntry("index.gen.ts", [PUBLIC_TYPES, "events.gen.ts", "rpc.gen.ts", "descriptor.gen.ts"]),
    emitEntry(
      "internal.gen.ts",
      [INTERNAL_TYPES, "internal-rpc.gen.ts"].filter(
        (path) => made.has(path) || path !== INTERNAL_TYPES,
      ),
    ),
    emitSchemas(protocol),
    emitValidators(),
  ];
}
