import { Command } from "commander";
import { DEFAULT_CONFIG } from "../config.js";
import { printError } from "./error.js";
import { generate } from "./generate.js";
import { updateSchemas, verifySchemas } from "./schema.js";

const program = new Command("stubwright")
  .description("Turns the JSON Schemas of a JSON-RPC protocol into a typed, validated client.")
  .showHelpAfterError("(stubwright --help shows what there is)")
  .addHelpText(
    "after",
    `
Exit codes:
  0   done; with --check: everything is up to date
  1   an error in what was given, or with --check: stale files
  70  a bug in stubwright

Examples:
  stubwright generate               write what the config names
  stubwright generate --check       list stale files, write nothing
  stubwright generate --print-ir    print the protocol model as JSON
  stubwright schema update          name the schemas that are installed now`,
  );

program
  .command("generate")
  .description("read the schemas and write the generated files")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("-o, --out <folder>", "write there instead of where the config says")
  .option("--docs", "carry the schemas' descriptions over as comments")
  .option("--check", "write nothing; exit with 1 if a file is stale")
  .option("--watch", "generate again when a source changes")
  .option("--print-ir", "write nothing; print the protocol model as JSON")
  .option("--json", "report as JSON")
  .action(generate);

const schema = program.command("schema").description("the schemas that generation starts from");

schema
  .command("verify")
  .description("check that the installed schemas are the ones that the sources name")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("--json", "report as JSON")
  .action(verifySchemas);

schema
  .command("update")
  .description("write version and digests of the installed schemas into the sources")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("--json", "report as JSON")
  .action(updateSchemas);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = printError(error);
}
