import type { ServerRpc } from "@stubwright/copilot-protocol";
import type { InternalServerRpc } from "@stubwright/copilot-protocol/internal";
import type { CallOptions } from "@stubwright/rpc";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import type { CopilotClientInfo } from "../options/options.js";
import type { Settings } from "../options/settings.js";
import type { Endpoint } from "./endpoint.js";
import { TOKEN_REQUIRED } from "./probe-auth.js";

/** Protocol versions that this client speaks. */
const PROTOCOL_VERSIONS: readonly number[] = [2, 3];

/** What a server says about itself. */
export interface ServerIdentity {
  /** The protocol version that it speaks: 2 or 3. */
  readonly protocolVersion: number;
  /** Its own version, such as `1.0.85`; undefined if it tells none. */
  readonly serverVersion: string | undefined;
}

/** Calls that need no session, those for clients alone included. */
export type AllServerRpc = ServerRpc & InternalServerRpc;

/** What a server answers to a wrong secret, and to one when it has none. */
const TOKEN_WRONG = -32002;
const TOKEN_UNKNOWN = -32003;

type Reported = { readonly protocolVersion?: number | null; readonly version?: string };

/**
 * Performs the handshake: authenticates with the connection token and checks the protocol version.
 *
 * @throws {@link CopilotError} `AUTHENTICATION_FAILED` or `PROTOCOL_VERSION`;
 * `RpcError` when the server does not answer.
 */
export async function handshake(
  rpc: AllServerRpc,
  endpoint: Pick<Endpoint, "token" | "title">,
  settings: Pick<Settings, "clientInfo" | "onGitHubTelemetry">,
  options: CallOptions,
): Promise<ServerIdentity> {
  const { protocolVersion, version } = await sendConnect(rpc, endpoint, settings, options);
  if (typeof protocolVersion === "number" && PROTOCOL_VERSIONS.includes(protocolVersion)) {
    return { protocolVersion, serverVersion: version };
  }
  const theirs =
    typeof protocolVersion === "number"
      ? `speaks protocol version ${protocolVersion}`
      : "reports no protocol version";
  const shown = version === undefined ? "" : ` (version ${version})`;
  throw new CopilotError(
    "PROTOCOL_VERSION",
    `${endpoint.title}${shown} ${theirs}, this client speaks ${PROTOCOL_VERSIONS.join(" and ")}. Install a runtime that fits, or a client that speaks its version.`,
  );
}

async function sendConnect(
  rpc: AllServerRpc,
  { token, title }: Pick<Endpoint, "token" | "title">,
  { clientInfo, onGitHubTelemetry }: Pick<Settings, "clientInfo" | "onGitHubTelemetry">,
  options: CallOptions,
): Promise<Reported> {
  const params = {
    ...(clientInfo && { clientInfo: toWire(clientInfo) }),
    ...(onGitHubTelemetry && { enableGitHubTelemetryForwarding: true }),
  };
  try {
    const hello = token === undefined ? params : { ...params, token };
    return (await rpc.connect(hello, options)) ?? {};
  } catch (error) {
    const code = answerCode(error);
    if (code === METHOD_NOT_FOUND) return askOldServer(rpc, options);
    if (code !== TOKEN_REQUIRED && code !== TOKEN_WRONG && code !== TOKEN_UNKNOWN) throw error;
    const why = {
      [TOKEN_REQUIRED]:
        "asks for a connection token. Name it: RuntimeConnection.forUri(url, { connectionToken })",
      [TOKEN_WRONG]: "refuses the connection token. Name the one that it was started with",
      [TOKEN_UNKNOWN]: "was started without a connection token. Leave the token out",
    }[token === undefined ? TOKEN_REQUIRED : code];
    throw new CopilotError("AUTHENTICATION_FAILED", `${title} ${why}.`, { cause: error });
  }
}

/** Servers before 1.0.41 have no handshake; their version is asked for instead. */
async function askOldServer(rpc: AllServerRpc, options: CallOptions): Promise<Reported> {
  try {
    return (await rpc.status.get(options)) ?? {};
  } catch (error) {
    if (answerCode(error) !== METHOD_NOT_FOUND) throw error;
    return (await rpc.ping({}, options)) ?? {};
  }
}

function answerCode(error: unknown): number | undefined {
  return error instanceof ResponseError ? error.code : undefined;
}

/** The wire's names are those of the runtime's first client. */
function toWire(info: CopilotClientInfo): object {
  const { applicationName, applicationVersion, integrationName, integrationVersion } = info;
  return {
    ...(applicationName !== undefined && { editorName: applicationName }),
    ...(applicationVersion !== undefined && { editorVersion: applicationVersion }),
    ...(integrationName !== undefined && { extensionName: integrationName }),
    ...(integrationVersion !== undefined && { extensionVersion: integrationVersion }),
  };
}
