import type { ClientDiagnostic, ProtocolMismatch, SessionEvent } from "@stubwright/copilot";
import { onStdout } from "./colors.js";
import type { ScenarioObserver, ScenarioResult } from "./scenario.js";

/** Prints what happens as it happens, and a summary at the end. */
export class Report implements ScenarioObserver {
  readonly #started = performance.now();
  readonly #events = new Map<string, number>();
  readonly #unknown = new Map<string, number>();
  #firstEventAt: number | undefined;

  onEvent(event: SessionEvent): void {
    this.#firstEventAt ??= this.#elapsed();
    count(this.#events, event.type);
    this.#line(onStdout.cyan(event.type.padEnd(30)), describe(event));
  }

  onDiagnostic(diagnostic: ClientDiagnostic | ProtocolMismatch): void {
    if (diagnostic.kind === "unknownTag") {
      count(this.#unknown, String(diagnostic.tag));
      this.#line(
        onStdout.dim(String(diagnostic.tag).padEnd(30)),
        onStdout.dim("not in the schema"),
      );
    } else if (diagnostic.kind === "mismatch") {
      this.#line(onStdout.yellow("mismatch".padEnd(30)), diagnostic.error.message);
    } else {
      this.#line(
        onStdout.yellow(diagnostic.kind.padEnd(30)),
        "error" in diagnostic ? String(diagnostic.error) : "",
      );
    }
  }

  /** Prints the summary of a finished run. */
  summary(result: ScenarioResult): void {
    const { checked, mismatches, unknown } = result.validation;
    const events = [...this.#events.values()].reduce((sum, n) => sum + n, 0);
    console.log(`\n${onStdout.bold("Answer")}  ${result.answer ?? onStdout.red("none")}\n`);
    console.log(onStdout.bold("Events by type"));
    for (const [type, n] of [...this.#events].sort((a, b) => b[1] - a[1])) {
      console.log(`  ${String(n).padStart(4)}  ${type}`);
    }
    const rows: [string, string | number][] = [
      ["Events of known types", events],
      ["Payloads checked", checked],
      ["Mismatches", mismatches],
      ["Events of unknown types", `${unknown} (${this.#unknown.size} types)`],
      ["Tool calls answered", result.toolCalls.length],
      ["Time to first event", `${Math.round(this.#firstEventAt ?? Number.NaN)} ms`],
      ["Total time", `${Math.round(this.#elapsed())} ms`],
    ];
    console.log(`\n${onStdout.bold("Summary")}`);
    for (const [name, value] of rows) console.log(`  ${name.padEnd(26)}${value}`);
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }

  #line(what: string, detail: string): void {
    const time = `${Math.round(this.#elapsed())} ms`.padStart(8);
    console.log(`${onStdout.dim(time)}  ${what} ${detail}`.trimEnd());
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What is worth a look in an event, on one line. */
function describe(event: SessionEvent): string {
  switch (event.type) {
    case "user.message":
    case "assistant.message":
      return quote(event.data.content);
    case "assistant.message_delta":
      return quote(event.data.deltaContent);
    case "external_tool.requested":
      return `${onStdout.magenta(event.data.toolName)} ${JSON.stringify(event.data.arguments)}`;
    case "permission.requested":
      return event.data.permissionRequest.kind;
    case "permission.completed":
      return event.data.result.kind;
    case "session.error":
      return onStdout.red(event.data.message);
    default:
      return "";
  }
}

function quote(text: string): string {
  return onStdout.green(JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text));
}
