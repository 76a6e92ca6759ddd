import type { ToolBinaryResult, ToolResultObject } from "./tool-result.js";

/** One part of what an MCP tool gave. */
export type McpToolContent =
  | { type: "text"; text: string }
  | { type: "image"; data: string; mimeType: string }
  | {
      type: "resource";
      resource: { uri: string; mimeType?: string; text?: string; blob?: string };
    };

/** What an MCP tool gave: the protocol's `CallToolResult`. */
export interface McpCallToolResult {
  content: McpToolContent[];
  isError?: boolean;
}

/**
 * Makes the result of a tool out of what an MCP tool gave. Texts are joined by line breaks; parts
 * of a kind that is not known are left out.
 */
export function convertMcpCallToolResult({
  content,
  isError,
}: McpCallToolResult): ToolResultObject {
  const texts = content.flatMap((part) => textOf(part) ?? []);
  const binaryResultsForLlm = content.flatMap((part) => binaryOf(part) ?? []);
  return {
    textResultForLlm: texts.join("\n"),
    resultType: isError ? "failure" : "success",
    ...(binaryResultsForLlm.length > 0 && { binaryResultsForLlm }),
  };
}

function textOf(part: McpToolContent): string | undefined {
  if (part.type === "text") return part.text;
  return part.type === "resource" ? part.resource.text : undefined;
}

function binaryOf(part: McpToolContent): ToolBinaryResult | undefined {
  if (part.type === "image") {
    const { data, mimeType } = part;
    return { type: "image", data, mimeType };
  }
  if (part.type !== "resource" || !part.resource.blob) return undefined;
  const { blob: data, mimeType = "application/octet-stream", uri: description } = part.resource;
  return { type: "resource", data, mimeType, description };
}
