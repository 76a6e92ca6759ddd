import { describe, expect, test } from "vitest";
import { BuiltInTools, convertMcpCallToolResult, ToolSet } from "../src/index.js";

describe("S21 ToolSet", () => {
  test("names tools with where they come from", () => {
    const set = new ToolSet().addBuiltIn(["a", "b"]).addBuiltIn("*").addMcp("x-y").addCustom("c_1");
    expect(set.toArray()).toEqual(["builtin:a", "builtin:b", "builtin:*", "mcp:x-y", "custom:c_1"]);
  });

  test("takes the sets of built-in tools", () => {
    const names = new ToolSet().addBuiltIn(BuiltInTools.Isolated).toArray();
    expect(names).toContain("builtin:ask_user");
    expect(names.length).toBe(BuiltInTools.Isolated.length);
  });

  test.each(["", " ", "a b", "a:b", "**"])("refuses %j", (name) => {
    const set = new ToolSet();
    const invalid = expect.objectContaining({ code: "INVALID_OPTIONS" });
    expect(() => set.addBuiltIn(["a", name])).toThrow(invalid);
    expect(() => set.addMcp(name)).toThrow(invalid);
    expect(() => set.addCustom(name)).toThrow(invalid);
  });
});

describe("S21 convertMcpCallToolResult", () => {
  test("joins texts, and keeps data beside them", () => {
    const result = convertMcpCallToolResult({
      content: [
        { type: "text", text: "a" },
        { type: "image", data: "xx", mimeType: "image/png" },
        { type: "resource", resource: { uri: "u", text: "t" } },
        { type: "resource", resource: { uri: "v", blob: "bb" } },
      ],
      isError: true,
    });
    expect(result).toEqual({
      textResultForLlm: "a\nt",
      resultType: "failure",
      binaryResultsForLlm: [
        { type: "image", data: "xx", mimeType: "image/png" },
        { type: "resource", data: "bb", mimeType: "application/octet-stream", description: "v" },
      ],
    });
  });

  test("an empty result is a success without text", () => {
    const content = [{ type: "audio", data: "x" } as never];
    const empty = { textResultForLlm: "", resultType: "success" };
    expect(convertMcpCallToolResult({ content })).toEqual(empty);
  });
});
