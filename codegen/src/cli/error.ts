import { onStderr } from "../colors.js";
import { StubwrightError } from "../errors.js";

/**
 * Prints an error for people.
 *
 * @returns The exit code that it stands for: 1 for a mistake in what was given, 70 for a bug here.
 */
export function printError(error: unknown): number {
  if (!(error instanceof StubwrightError)) {
    console.error(`${onStderr.red("bug")} This should not have happened; please report it:`);
    console.error(error);
    return 70;
  }
  console.error(`${onStderr.red("error")} ${error.message} ${onStderr.dim(`(${error.code})`)}`);
  const { file = "", pointer = "" } = error;
  // Most messages about a whole file name it.
  if (pointer || !error.message.includes(file)) {
    console.error(`${onStderr.cyan("at")}    ${file}${pointer && `#${pointer}`}`);
  }
  if (error.remedy) console.error(`${onStderr.cyan("help")}  ${error.remedy}`);
  return 1;
}
