import type { LaunchTarget } from "../options/settings.js";
import { TOKEN_VARIABLE } from "./runtime-environment.js";

/** The arguments that a runtime is started with: the app's own first. No secret is among them. */
export function runtimeArgs(target: LaunchTarget): string[] {
  const { gitHubToken, sessionIdleTimeoutSeconds: idle } = target;
  return [
    ...target.args,
    ...(target.kind === "inprocess" ? [] : ["--headless", "--no-auto-update"]),
    ...["--log-level", target.logLevel],
    ...transportArgs(target),
    ...(gitHubToken === undefined ? [] : ["--auth-token-env", TOKEN_VARIABLE]),
    ...(target.useLoggedInUser ? [] : ["--no-auto-login"]),
    ...(idle > 0 ? ["--session-idle-timeout", String(idle)] : []),
    ...(target.enableRemoteSessions ? ["--remote"] : []),
  ];
}

function transportArgs({ kind, port }: LaunchTarget): string[] {
  if (kind === "inprocess") return [];
  return kind === "stdio" ? ["--stdio"] : ["--port", String(port)];
}
