import { Command } from "commander";
import pc from "picocolors";
import { DEFAULT_CONFIG } from "../config.js";
import { StubwrightError } from "../errors.js";
import { generate } from "./generate.js";

const program = new Command("stubwright")
  .description("Turns the JSON Schemas of a JSON-RPC protocol into a typed, validated client.")
  .showHelpAfterError("(stubwright --help shows what there is)")
  .addHelpText(
    "after",
    `
Exit codes:
  0  done; with --check: everything is up to date
  1  an error in what was given, or with --check: stale files
  70 a bug in stubwright

Examples:
  stubwright generate              write what the config names
  stubwright generate --check      list stale files, write nothing
  stubwright generate --print-ir   print the protocol model as JSON`,
  );

program
  .command("generate")
  .description("read the schemas and write the generated files")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("--check", "write nothing; exit with 1 if a file is stale")
  .option("--print-ir", "write nothing; print the protocol model as JSON")
  .option("--json", "report as JSON")
  .action(generate);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Prints an error for people, and gives the exit code it stands for. */
function report(error: unknown): number {
  if (error instanceof StubwrightError) {
    console.error(`${pc.red("error")} ${error.message} ${pc.dim(`(${error.code})`)}`);
    if (error.pointer) console.error(`      at ${error.file ?? ""}#${error.pointer}`);
    if (error.remedy) console.error(`${pc.cyan("help")}  ${error.remedy}`);
    return 1;
  }
  console.error(`${pc.red("bug")} This should not have happened; please report it:`);
  console.error(error);
  return 70;
}
