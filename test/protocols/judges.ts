import { readFileSync } from "node:fs";
import { protocol as acp } from "@stubwright/acp-protocol";
import { validators as acpValidators } from "@stubwright/acp-protocol/validators";
import { protocol as codex } from "@stubwright/codex-protocol";
import { validators as codexValidators } from "@stubwright/codex-protocol/validators";
import { protocol as mcp } from "@stubwright/mcp-protocol";
import { validators as mcpValidators } from "@stubwright/mcp-protocol/validators";
import { schemas } from "../../generated/codex/src/schemas.gen.js";
import { printed } from "./documents.js";
import type { Judges } from "./judge.js";
import { packaged, publishedMarks, publishedUnions } from "./published.js";

/** ajv by the schema that the MCP SDK's types make, and our checks. */
export function mcpJudges(): Judges {
  const published = publishedUnions(printed("mcp"));
  return { protocol: mcp, validators: mcpValidators, published };
}

/** ajv by the schema in the ACP SDK, and our checks. */
export function acpJudges(): Judges {
  const sdk = new URL("../../node_modules/@agentclientprotocol/sdk/", import.meta.url);
  const file = new URL("schema/v1/schema.json", sdk);
  const published = publishedMarks(JSON.parse(readFileSync(file, "utf8")) as object);
  return { protocol: acp, validators: acpValidators, published };
}

/** ajv by the schemas in the package, and our checks: where there is no Codex that writes its own. */
export function packagedCodexJudges(): Judges {
  const lines = schemas.split("\n").map((line) => {
    const end = line.indexOf(" ");
    return [line.slice(0, end), JSON.parse(line.slice(end + 1))] as const;
  });
  const published = packaged(codex.methods, { definitions: Object.fromEntries(lines) });
  return { protocol: codex, validators: codexValidators, published };
}

/** ajv by the schema that Codex writes, and our checks. */
export function codexJudges(): Judges {
  const published = publishedUnions(printed("codex"));
  return { protocol: codex, validators: codexValidators, published };
}
