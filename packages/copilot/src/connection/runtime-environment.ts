import type { TelemetryConfig } from "../options/options.js";
import type { LaunchTarget } from "../options/settings.js";

/** A process's variables by name; those that are undefined are not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variable that holds the GitHub token; only its name stands in the runtime's arguments. */
export const TOKEN_VARIABLE = "COPILOT_SDK_AUTH_TOKEN";

/** The variable with the secret that clients over TCP have to know. */
const CONNECTION_TOKEN_VARIABLE = "COPILOT_CONNECTION_TOKEN";

/** The variable that keeps secrets out of the keychain. */
const NO_KEYCHAIN_VARIABLE = "COPILOT_DISABLE_KEYTAR";

/** The variable of each telemetry setting. */
const TELEMETRY_VARIABLES: { readonly [Name in keyof TelemetryConfig]-?: string } = {
  captureContent: "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
  exporterType: "COPILOT_OTEL_EXPORTER_TYPE",
  filePath: "COPILOT_OTEL_FILE_EXPORTER_PATH",
  otlpEndpoint: "OTEL_EXPORTER_OTLP_ENDPOINT",
  otlpProtocol: "OTEL_EXPORTER_OTLP_PROTOCOL",
  sourceName: "COPILOT_OTEL_SOURCE_NAME",
};

/** The environment that a runtime is looked for in: the app's own, before the allow-list. */
export function baseEnvironment(target: Pick<LaunchTarget, "env">): Variables {
  return target.env ?? process.env;
}

/**
 * The environment that a runtime is started with. The client puts tokens there and nowhere else;
 * what the runtime itself starts, such as the shell of its agent, inherits them.
 *
 * @param connectionToken - The secret of a runtime over TCP.
 */
export function runtimeEnvironment(target: LaunchTarget, connectionToken?: string): Variables {
  const { baseDirectory, envAllowList, gitHubToken, telemetry, usesKeychain } = target;
  const base = baseEnvironment(target);
  return {
    ...(envAllowList ? pick(base, envAllowList) : base),
    ...(baseDirectory !== undefined && { COPILOT_HOME: baseDirectory }),
    ...(telemetry && telemetryVariables(telemetry)),
    ...(!usesKeychain && { [NO_KEYCHAIN_VARIABLE]: "1" }),
    ...(gitHubToken !== undefined && { [TOKEN_VARIABLE]: gitHubToken }),
    ...(connectionToken !== undefined && { [CONNECTION_TOKEN_VARIABLE]: connectionToken }),
  };
}

function pick(variables: Variables, allowed: readonly string[]): Variables {
  // Windows does not tell the cases of names apart.
  const plain = (name: string) => (process.platform === "win32" ? name.toUpperCase() : name);
  const exact = new Set(allowed.map(plain));
  const beginnings = allowed
    .filter((name) => name.endsWith("*"))
    .map((name) => plain(name.slice(0, -1)));
  const passes = (name: string) =>
    exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
  return Object.fromEntries(Object.entries(variables).filter(([name]) => passes(plain(name))));
}

function telemetryVariables(telemetry: TelemetryConfig): Variables {
  const variables: Record<string, string> = { COPILOT_OTEL_ENABLED: "true" };
  for (const [name, variable] of Object.entries(TELEMETRY_VARIABLES)) {
    const value = telemetry[name as keyof TelemetryConfig];
    if (value !== undefined) variables[variable] = String(value);
  }
  return variables;
}
