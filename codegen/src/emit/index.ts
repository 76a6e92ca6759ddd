import type { GeneratedFile } from "../generated.js";
import type { Method, Protocol } from "../ir.js";
import { EXPERIMENTAL_PREFIX, INTERNAL_PREFIX } from "../names/derived.js";
import { emitDescriptor } from "./descriptor.js";
import { withoutProse } from "./docs.js";
import type { EmitOptions } from "./emit-options.js";
import { emitEntry, emitValidators } from "./entries.js";
import { emitEvents } from "./events.js";
import { decideHomes, INTERNAL_TYPES, PUBLIC_TYPES } from "./homes.js";
import { emitRpc } from "./rpc.js";
import { emitSchemas } from "./schemas.js";
import { emitTypes } from "./types.js";

/** Emits every file of a protocol's package. */
export async function emit(model: Protocol, options: EmitOptions = {}): Promise<GeneratedFile[]> {
  const protocol = options.docs ? model : withoutProse(model);
  const homes = decideHomes(protocol);
  const rpc = { prefix: "", mirror: false };
  const isApart = ({ stability, visibility }: Method) =>
    protocol.experimentalApart && stability === "experimental" && visibility === "public";
  const files = [
    ...(await emitTypes(protocol, homes, options)),
    emitEvents(protocol, homes),
    emitDescriptor(protocol),
    emitRpc(protocol, homes, {
      ...rpc,
      path: "rpc.gen.ts",
      include: (method) => method.visibility === "public" && !isApart(method),
      functions: true,
      experimental: isApart,
    }),
    ...(protocol.methods.some(isApart)
      ? [
          emitRpc(protocol, homes, {
            ...rpc,
            path: "experimental-rpc.gen.ts",
            include: isApart,
            prefix: EXPERIMENTAL_PREFIX,
          }),
        ]
      : []),
    emitRpc(protocol, homes, {
      ...rpc,
      path: "internal-rpc.gen.ts",
      include: ({ visibility }) => visibility === "internal",
      prefix: INTERNAL_PREFIX,
    }),
    emitRpc(protocol, homes, {
      ...rpc,
      path: "server.gen.ts",
      include: () => true,
      mirror: true,
      functions: true,
    }),
    emitSchemas(protocol),
    emitValidators(),
  ];
  // A protocol without types of its own has no file for them.
  const made = new Set(files.map(({ path }) => path));
  const entry = (path: string, from: readonly string[]) =>
    emitEntry(
      path,
      from.filter((file) => made.has(file)),
    );
  return [
    ...files,
    entry("index.gen.ts", [
      PUBLIC_TYPES,
      "events.gen.ts",
      "rpc.gen.ts",
      "experimental-rpc.gen.ts",
      "descriptor.gen.ts",
    ]),
    entry("internal.gen.ts", [INTERNAL_TYPES, "internal-rpc.gen.ts"]),
  ];
}
