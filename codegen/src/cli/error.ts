import { onStderr } from "../colors.js";
import { StubwrightError, type StubwrightWarning } from "../errors.js";
import { EXIT } from "./exit-codes.js";
import { lineOf } from "./line.js";

/**
 * Reports an error: to people on stderr, to programs as JSON on stdout.
 *
 * @returns The exit code that it stands for.
 */
export function printError(error: unknown, json = false): number {
  if (json) console.log(JSON.stringify({ error: describe(error) }, null, 2));
  else if (error instanceof StubwrightError) printMistake(error);
  else {
    console.error(`${onStderr.red("bug")} This should not have happened; please report it:`);
    console.error(error);
  }
  return error instanceof StubwrightError ? EXIT.error : EXIT.bug;
}

function describe(error: unknown): object {
  if (!(error instanceof StubwrightError)) {
    return { code: "BUG", message: error instanceof Error ? error.stack : String(error) };
  }
  const { code, message, file, pointer, remedy, docsPath } = error;
  return { code, message, file, line: file && lineOf(file, pointer), pointer, remedy, docsPath };
}

function printMistake(error: StubwrightError): void {
  console.error(`${onStderr.red("error")} ${error.message} ${onStderr.dim(`(${error.code})`)}`);
  const { file = "", pointer } = error;
  // Most messages about a whole file name it.
  if (pointer || lineOf(file, pointer) !== undefined || !error.message.includes(file)) {
    printPlace(file, pointer);
  }
  if (error.remedy) console.error(`${onStderr.cyan("help")}  ${error.remedy}`);
}

function printPlace(file: string, pointer: string | undefined, more = ""): void {
  const line = lineOf(file, pointer);
  const place = `${file}${line === undefined ? "" : `:${line}`}`;
  console.error(`${onStderr.cyan("at")}    ${place}${pointer ? ` ${pointer}` : ""}${more}`);
}

/** Reports warnings to people, on stderr: what is said of many places, once, with the first. */
export function printWarnings(warnings: readonly StubwrightWarning[]): void {
  const counts = new Map<string, number>();
  for (const { message } of warnings) counts.set(message, (counts.get(message) ?? 0) + 1);
  for (const { message, file, pointer } of warnings) {
    const others = (counts.get(message) ?? 0) - 1;
    if (!counts.delete(message)) continue;
    console.error(`${onStderr.yellow("warning")} ${message}`);
    printPlace(file, pointer, others > 0 ? `, and ${others} more` : "");
  }
}
