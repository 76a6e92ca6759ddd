import { onStderr } from "../colors.js";
import { StubwrightError } from "../errors.js";
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
  const { code, message, file, pointer, remedy } = error;
  return { code, message, file, line: file && lineOf(file, pointer), pointer, remedy };
}

function printMistake(error: StubwrightError): void {
  console.error(`${onStderr.red("error")} ${error.message} ${onStderr.dim(`(${error.code})`)}`);
  const { file = "", pointer } = error;
  const line = lineOf(file, pointer);
  // Most messages about a whole file name it.
  if (pointer || line !== undefined || !error.message.includes(file)) {
    const place = `${file}${line === undefined ? "" : `:${line}`}`;
    console.error(`${onStderr.cyan("at")}    ${place}${pointer ? ` ${pointer}` : ""}`);
  }
  if (error.remedy) console.error(`${onStderr.cyan("help")}  ${error.remedy}`);
}
