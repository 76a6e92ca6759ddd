import type { Protocol } from "../ir.js";
import { emitDescriptor } from "./descriptor.js";
import { emitIndex, emitValidators } from "./entries.js";
import { emitEvents } from "./events.js";
import type { GeneratedFile } from "./file.js";
import { emitRpc } from "./rpc.js";
import { emitSchemas } from "./schemas.js";
import { emitTypes } from "./types.js";

/** Emits every file of a protocol's package. */
export async function emit(protocol: Protocol): Promise<GeneratedFile[]> {
  const api = [
    await emitTypes(protocol),
    emitEvents(protocol),
    emitRpc(protocol),
    emitDescriptor(protocol),
  ];
  return [...api, emitIndex(api), emitSchemas(protocol), emitValidators()];
}
