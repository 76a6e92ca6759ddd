import { describe, expect, it } from "vitest";
import {
  acpCancel,
  lspCancel,
  lspProgress,
  mcpCancel,
  mcpProgress,
  ndjson,
  wireOptions,
} from "../src/index.js";

const wire = { framing: "ndjson", jsonrpcField: false } as const;
const use = (contract: unknown) => () =>
  wireOptions({ contract: contract as 1, name: "kitchen", wire });

describe("the contract with generated code", () => {
  it("is kept by code of the same number", () => {
    expect(use(1)()).toEqual({ framing: ndjson, jsonrpcField: false });
  });

  it.each([
    [2, "Install a newer @stubwright/rpc."],
    [99, "Install a newer @stubwright/rpc."],
    [0, "Generate it again, with the stubwright of the same version as @stubwright/rpc."],
    [undefined, "Generate it again, with the stubwright of the same version as @stubwright/rpc."],
  ])("%s is refused, with the remedy", (contract, remedy) => {
    const message =
      `The code of the protocol kitchen was generated for contract ${contract ?? 0} of ` +
      `@stubwright/rpc, and this one has contract 1. ${remedy}`;
    const error = { code: "CONTRACT_MISMATCH", message };
    expect(use(contract)).toThrow(expect.objectContaining(error));
  });

  it("says how calls are cancelled and report progress", () => {
    const of = (kind: "lsp" | "mcp") =>
      wireOptions({ contract: 1, name: "x", wire: { ...wire, cancel: kind, progress: kind } });
    expect(of("lsp")).toMatchObject({ cancel: lspCancel, progress: lspProgress });
    expect(of("mcp")).toMatchObject({ cancel: mcpCancel, progress: mcpProgress });
    const acp = wireOptions({ contract: 1, name: "x", wire: { ...wire, cancel: "acp" } });
    expect(acp).toMatchObject({ cancel: acpCancel });
    expect(acp.progress).toBeUndefined();
  });
});
