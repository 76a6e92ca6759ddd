import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An MCP server on loopback that wants OAuth, and the authorization server beside it. */
export interface McpOauthServer extends AsyncDisposable {
  /** Where the MCP server is. */
  readonly url: string;
  /** How many tokens were given out. */
  readonly tokens: number;
  /** Makes the tokens given out so far invalid. */
  expire(): void;
}

/** Starts it. Its one tool is `hello`, which says `HELLO-FROM-MCP`. */
export async function startMcpOauthServer(): Promise<McpOauthServer> {
  const given: string[] = [];
  let valid = new Set<string>();
  const server = createServer(async (request, response) => {
    const send = (body: unknown) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(body));
    };
    const refuse = (status: number) => {
      response.statusCode = status;
      response.end();
    };
    const { method, url } = request;
    if (url?.startsWith("/.well-known/oauth-protected-resource")) {
      return send({ resource: `${base}/mcp`, authorization_servers: [base] });
    }
    if (url?.startsWith("/.well-known/")) {
      const endpoints = { authorization_endpoint: `${base}/authorize` };
      return send({ issuer: base, ...endpoints, token_endpoint: `${base}/token` });
    }
    if (url === "/token" && method === "POST") {
      const form = new URLSearchParams(await bodyOf(request));
      if (form.get("grant_type") !== "client_credentials") return refuse(400);
      const token = `token-${given.length}`;
      given.push(token);
      valid.add(`Bearer ${token}`);
      return send({ access_token: token, token_type: "Bearer", expires_in: 3_600 });
    }
    if (url !== "/mcp") return refuse(404);
    if (!valid.has(request.headers.authorization ?? "")) {
      const metadata = `${base}/.well-known/oauth-protected-resource`;
      response.setHeader("www-authenticate", `Bearer resource_metadata="${metadata}"`);
      return refuse(401);
    }
    if (method !== "POST") return refuse(405);
    const call = JSON.parse(await bodyOf(request)) as McpCall;
    if (call.id === undefined) return refuse(202);
    return send({ jsonrpc: "2.0", id: call.id, result: answer(call) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${base}/mcp`,
    get tokens() {
      return given.length;
    },
    expire: () => {
      valid = new Set();
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Signs in as the MCP authorization specification says: from the resource to its token endpoint. */
export async function signIn(resourceMetadata: string): Promise<string> {
  const { authorization_servers } = JSON.parse(resourceMetadata) as {
    authorization_servers: string[];
  };
  const metadata = `${authorization_servers[0]}/.well-known/oauth-authorization-server`;
  const { token_endpoint } = (await (await fetch(metadata)).json()) as { token_endpoint: string };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  const answer = await fetch(token_endpoint, { method: "POST", body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

interface McpCall {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string };
}

function answer({ method, params }: McpCall): object {
  const inputSchema = { type: "object", properties: {} };
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "oauth", version: "1.0.0" },
      };
    case "tools/list":
      return { tools: [{ name: "hello", description: "Says hello", inputSchema }] };
    case "tools/call":
      return { content: [{ type: "text", text: "HELLO-FROM-MCP" }] };
    default:
      return {};
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
