import pc from "picocolors";
import { StubwrightError } from "../errors.js";

/**
 * Prints an error for people.
 *
 * @returns The exit code that it stands for: 1 for a mistake in what was given, 70 for a bug here.
 */
export function printError(error: unknown): number {
  if (!(error instanceof StubwrightError)) {
    console.error(`${pc.red("bug")} This should not have happened; please report it:`);
    console.error(error);
    return 70;
  }
  console.error(`${pc.red("error")} ${error.message} ${pc.dim(`(${error.code})`)}`);
  if (error.pointer) console.error(`${pc.cyan("at")}    ${error.file ?? ""}#${error.pointer}`);
  if (error.remedy) console.error(`${pc.cyan("help")}  ${error.remedy}`);
  return 1;
}
