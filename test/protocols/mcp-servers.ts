import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  type ClientHandlers,
  type ConnectOptions,
  connect,
  type McpConnection,
} from "@stubwright/mcp-protocol";
import { type Diagnostic, ndjson, spawnTransport, type Transport } from "@stubwright/rpc";
import { parseRecording, type RecordedMessage, recordTransport } from "@stubwright/testkit";

/** An MCP server of an npm package, as a program to start. */
export function npmServer(name: string, ...args: readonly string[]) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: Record<string, string> };
  const program = join(manifest, "..", Object.values(bin)[0] ?? "");
  return spawnTransport({ command: process.execPath, args: [program, ...args] });
}

/** A connection, with all that went over it. */
export interface RecordedConnection extends McpConnection, AsyncDisposable {
  /** What was reported: nothing should be. */
  readonly saw: Diagnostic[];
  recording(): RecordedMessage[];
}

/** Connects, and writes all messages down. */
export async function connectRecorded(
  transport: Transport,
  options: { readonly handlers?: ClientHandlers } & Partial<ConnectOptions> = {},
): Promise<RecordedConnection> {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const recorded = recordTransport(transport, { write, framing: ndjson });
  const connection = await connect(recorded, {
    clientInfo: { name: "stubwright-test", version: "1" },
    ...options,
    peer: { callTimeoutMs: 10_000, ...options.peer },
  });
  const saw: Diagnostic[] = [];
  connection.peer.onDiagnostic((diagnostic) => saw.push(diagnostic));
  return {
    ...connection,
    saw,
    recording: () => parseRecording(lines.join("\n")),
    [Symbol.asyncDispose]: () => connection.peer.close(),
  };
}
