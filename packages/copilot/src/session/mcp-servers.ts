import type { McpServerConfigHttp, McpServerConfigStdio } from "@stubwright/copilot-protocol";

/** An MCP server that the runtime starts. */
export interface MCPStdioServerConfig extends Omit<McpServerConfigStdio, "cwd" | "env"> {
  env?: Record<string, string>;
  /** The directory that it is started in. */
  workingDirectory?: string;
}

/** An MCP server that is reached over HTTP, or over server-sent events. */
export interface MCPHTTPServerConfig extends Omit<McpServerConfigHttp, "headers"> {
  headers?: Record<string, string>;
  type: "http" | "sse";
}

/** An MCP server of a session. */
export type MCPServerConfig = MCPStdioServerConfig | MCPHTTPServerConfig;

/** MCP servers, by name, as the server is told of them. */
export function toWireMcpServers(
  servers: Readonly<Record<string, MCPServerConfig>>,
): Record<string, McpServerConfigStdio | McpServerConfigHttp> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, toWireMcpServer(server)]),
  );
}

function toWireMcpServer(server: MCPServerConfig): McpServerConfigStdio | McpServerConfigHttp {
  if (typeof server !== "object" || server === null || !("workingDirectory" in server)) {
    return server;
  }
  const { workingDirectory, ...rest } = server;
  return { ...rest, ...(workingDirectory !== undefined && { cwd: workingDirectory }) };
}
