// The rows of the client's feature table, in short. `pnpm rows` shows which tests hold each.

/** One row. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Whether it is still to come, so that no test is missing yet. */
  readonly later?: true;
}

const row = (id: string, title: string): Row => ({ id, title });
const later = (id: string, title: string): Row => ({ id, title, later: true });

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  row("S1", "generated stubs of server and session"),
  row("S2", "generated union of events, checked"),
  row("S3", "options of the first generation and their defaults"),
  row("S4", "options that exclude each other"),
  row("S5", "forms of cliUrl"),
  row("S6", "which CLI is started"),
  row("S7", "how it is started"),
  row("S8", "a runtime over TCP"),
  row("S9", "a server that runs already"),
  row("S10", "states, and one start for all"),
  row("S11", "protocol version check"),
  row("S12", "a process that dies"),
  row("S13", "stop and forceStop"),
  row("S14", "createSession and its settings"),
  row("S15", "resumeSession"),
  row("S16", "ping, getStatus, getAuthStatus"),
  row("S17", "listModels, asked once"),
  row("S18", "stored sessions, and the one in the foreground"),
  row("S19", "lifecycle events"),
  row("S20", "the calls of a session"),
  row("S21", "tools"),
  row("S22", "permissions, user input, hooks"),
  row("S23", "no event is lost, none comes twice"),
  row("S24", "autoRestart that brings sessions back"),
  row("E1", "RuntimeConnection and the current generation's options"),
  row("E2", "protocol 3: requests as events"),
  row("E3", "await using"),
  row("E4", "attachments and modes of a message"),
  row("E5", "last session, metadata, orderly shutdown"),
  row("E6", "approveAll, decisions with a reason"),
  row("E7", "sections of the system message"),
  row("E8", "events from the very first one, by type"),
  row("N1", "a supervised runtime"),
  row("N2", "every payload typed and checked, both ways"),
  row("N3", "protocol versions 2 and 3 in one client"),
  row("N4", "signal and deadline on every call"),
  row("N5", "events as an async iterator"),
  row("N6", "sendAndWait settles for every end"),
  row("N7", "one place for mismatches"),
  row("N8", "arguments of tools are checked"),
  row("N9", "test kit: faults, record and replay"),
  later("N10", "protocol diff with a verdict"),
  row("N11", "tracing, and OpenTelemetry spans from it"),
  row("N12", "hooks fail closed"),
  row("N13", "what a crash took back"),
  row("N14", "noise costs nothing"),
  row("N15", "one API over the server's versions"),
  row("N16", "several clients of one session"),
  row("N17", "each wait gets the answer to its own message"),
  row("N18", "no secret in any text"),
  row("N19", "what a session costs stays its own"),
  row("N20", "sessions that the runtime has forgotten"),
  later("T4", "progress, partial results and cancellation as each protocol has them"),
  row("T6", "Codex app-server, ACP and MCP on their real servers"),
  row("P1", "every name of the established SDK"),
  row("P2", "the app sees, changes or answers model requests"),
  row("P3", "mode empty: safe defaults for many users"),
  row("P4", "files of sessions kept by the app"),
  row("P5", "sign-in, tokens, traces, telemetry and plugins of the app"),
  row("P6", "canvases"),
  row("P7", "the entry for extensions"),
  row("P8", "factories"),
  row("P9", "a runtime inside of this process"),
  row("P11", "the port of a runtime over TCP"),
];
