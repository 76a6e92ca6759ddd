import { parseArgs } from "node:util";
import { InspectorError } from "../inspector-error.js";

export const HELP = `stubwright inspect <protocol> [options] [-- command args…]
stubwright call    <protocol> <method> [--params JSON] [options] [-- command args…]
stubwright listen  <protocol> [--for 10s] [options] [-- command args…]

Shows a server and its protocol on a page on loopback (inspect), calls one method of it (call), or
prints what it sends, as JSON Lines (listen).

Protocols:
  copilot            the runtime of the GitHub Copilot CLI; started, or reached by --url
  codex              codex app-server, or the command after --
  acp -- command     an agent that speaks the Agent Client Protocol
  mcp -- command     a server that speaks the Model Context Protocol
  --config file      the first protocol of a stubwright.config.* (by the package stubwright)
  --protocol folder  a protocol of your own: the folder that \`stubwright generate\` wrote

Options:
  --url host:port    a server that listens, instead of a command
  --token text       the connection token of a Copilot runtime that listens
  --runtime path     the Copilot runtime to start; default: the installed platform package
  --recording file   show a recording instead of a server (inspect)
  --port n           the port of the page; default: a free one (inspect)
  --no-open          do not open the browser (inspect)
  --params JSON      the params of the call, or @file, or - for stdin (call)
  --timeout 30s      the longest wait for an answer (call)
  --for 10s          how long to listen; default: until Ctrl-C (listen)
  --json             one JSON value on stdout, also for an error (call)
  --help

Exit codes: 0 done; 1 a mistake in what was given, or no connection; 4 the server answered with an
error; 5 params or result do not fit the schema; 70 a bug in stubwright.

Examples:
  stubwright inspect copilot
  stubwright inspect mcp -- npx -y @modelcontextprotocol/server-everything
  stubwright call copilot models.list --params '{}' --json
  stubwright listen acp --for 10s -- opencode acp
`;

/** Loads a module of a protocol of one's own. */
export type LoadModule = (file: string) => Promise<unknown>;

/** What a command line says. */
export type Arguments = ReturnType<typeof readArguments> & { readonly load?: LoadModule };

/**
 * Reads a command line.
 *
 * @throws {@link InspectorError} `INVALID_ARGUMENT`
 */
export function readArguments(args: readonly string[]) {
  const dashes = args.indexOf("--");
  const own = dashes === -1 ? [...args] : args.slice(0, dashes);
  const command = dashes === -1 ? [] : args.slice(dashes + 1);
  try {
    const { values, positionals } = parseArgs({
      args: own,
      allowPositionals: true,
      allowNegative: true,
      options: {
        url: { type: "string" },
        token: { type: "string" },
        runtime: { type: "string" },
        recording: { type: "string" },
        protocol: { type: "string" },
        port: { type: "string" },
        open: { type: "boolean", default: true },
        params: { type: "string" },
        timeout: { type: "string" },
        for: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return { ...values, positionals, command };
  } catch (error) {
    throw new InspectorError("INVALID_ARGUMENT", (error as Error).message, {
      remedy: "`stubwright inspect --help` lists the options.",
    });
  }
}

/** A duration such as `10s`, `500ms` or `2m`, in milliseconds. */
export function toMs(text: string, option: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (count !== undefined)
    return Number(count) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"];
  throw new InspectorError(
    "INVALID_ARGUMENT",
    `${option} must be a duration such as 10s, not ${text}.`,
  );
}
