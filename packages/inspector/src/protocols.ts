import type { ProtocolDescriptor, ValidatorSource } from "@stubwright/rpc";
import type { Schema } from "./protocol.js";

/** A generated protocol: what its package knows of it. */
export interface Protocol {
  readonly descriptor: ProtocolDescriptor;
  readonly validators: ValidatorSource;
  /** Its definitions by name. */
  readonly definitions: ReadonlyMap<string, Schema>;
}

/** The protocols whose packages are installed with the inspector. */
export const PROTOCOLS = ["copilot", "codex", "acp", "mcp"] as const;

/** The name of one of them. */
export type ProtocolName = (typeof PROTOCOLS)[number];

const PARTS = {
  copilot: () =>
    Promise.all([
      import("@stubwright/copilot-protocol/descriptor"),
      import("@stubwright/copilot-protocol/validators"),
      import("@stubwright/copilot-protocol/schemas"),
    ]),
  codex: () =>
    Promise.all([
      import("@stubwright/codex-protocol/descriptor"),
      import("@stubwright/codex-protocol/validators"),
      import("@stubwright/codex-protocol/schemas"),
    ]),
  acp: () =>
    Promise.all([
      import("@stubwright/acp-protocol/descriptor"),
      import("@stubwright/acp-protocol/validators"),
      import("@stubwright/acp-protocol/schemas"),
    ]),
  mcp: () =>
    Promise.all([
      import("@stubwright/mcp-protocol/descriptor"),
      import("@stubwright/mcp-protocol/validators"),
      import("@stubwright/mcp-protocol/schemas"),
    ]),
} as const;

/** Loads a protocol of {@link PROTOCOLS}. */
export async function loadProtocol(name: ProtocolName): Promise<Protocol> {
  const [{ protocol }, { validators }, { schemas }] = await PARTS[name]();
  return toProtocol(protocol, validators, schemas);
}

/** Puts together what a generated package has. */
export function toProtocol(
  descriptor: ProtocolDescriptor,
  validators: ValidatorSource,
  schemas: string,
): Protocol {
  const lines = schemas.split("\n").filter((line) => line !== "");
  const definitions = lines.map((line) => {
    const space = line.indexOf(" ");
    return [line.slice(0, space), JSON.parse(line.slice(space + 1)) as Schema] as const;
  });
  return { descriptor, validators, definitions: new Map(definitions) };
}
