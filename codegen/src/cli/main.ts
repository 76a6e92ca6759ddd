import { createRequire } from "node:module";
import { Command, Option } from "commander";
import { DEFAULT_CONFIG } from "../config.js";
import { diff, FAIL_LEVELS } from "./diff.js";
import { printError } from "./error.js";
import { generate } from "./generate.js";
import { updateSchemas, verifySchemas } from "./schema.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("stubwright")
  .description("Turns the JSON Schemas of a JSON-RPC protocol into a typed, validated client.")
  .version(version)
  .showHelpAfterError("(stubwright --help shows what there is)")
  .addHelpText(
    "after",
    `
Exit codes:
  0   done; with --check: everything is up to date
  1   an error in what was given, or with --check: stale files, or with --fail-on: findings
  70  a bug in stubwright

Examples:
  stubwright generate               write what the config names
  stubwright generate --check       list stale files, write nothing
  stubwright generate --print-ir    print the protocol model as JSON
  stubwright schema update          name the schemas that are installed now
  stubwright diff OLD NEW           what changed, and whom it hurts`,
  );

program
  .command("generate")
  .description("read the schemas and write the generated files")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("-o, --out <folder>", "write there instead of where the config says")
  .option("--docs", "carry the schemas' descriptions over as comments")
  .addOption(
    new Option("--check", "write nothing; exit with 1 if a file is stale").conflicts("watch"),
  )
  .option("--watch", "generate again when a source changes")
  .addOption(
    new Option("--print-ir", "write nothing; print the protocol model as JSON").conflicts([
      "check",
      "watch",
    ]),
  )
  .option("--json", "report as JSON")
  .addHelpText(
    "after",
    `
Exit codes:
  0   written, or all up to date
  1   an error in what was given; with --check: stale files
  70  a bug in stubwright`,
  )
  .action(generate);

program
  .command("diff")
  .description("compare two versions of a protocol and say whom each change hurts")
  .argument("<old>", "schema folder, package@version, source.json, or file of --print-ir")
  .argument("<new>", "likewise")
  .addOption(
    new Option("--fail-on <level>", "exit with 1 on changes that bad").choices(FAIL_LEVELS),
  )
  .option("--allow <file>", "changes that are known, each with a reason")
  .option("--descriptions", "report changes of descriptions too")
  .option("--cache <folder>", "keep downloaded schemas there; default: below node_modules")
  .addOption(new Option("--json", "report as JSON").conflicts("markdown"))
  .option("--markdown", "report as a changelog in Markdown")
  .addHelpText(
    "after",
    `
Verdicts are given for four readers:
  regenerated  our program, compiled against the client made from NEW
  oldClient    a client made from OLD that calls the new server
  callbacks    handlers of what the server calls, written for OLD
  events       listeners written for OLD

  breaking     does not compile any more, or a call that worked fails
  dangerous    goes on in part: a value nobody handles, a mismatch that is reported
  safe         nothing to do

Exit codes:
  0   compared; with --fail-on: nothing that bad beside what --allow names
  1   findings at the level of --fail-on, or an error in what was given: no comparison was made
  70  a bug in stubwright

Examples:
  stubwright diff @github/copilot@1.0.20 @github/copilot@1.0.24
  stubwright diff old/schemas new/schemas --fail-on breaking --allow known.json
  stubwright diff old.ir.json schema/copilot/source.json --markdown`,
  )
  .action(diff);

const schema = program.command("schema").description("the schemas that generation starts from");

const SCHEMA_EXIT_CODES = `
Exit codes:
  0   the sources name what is installed
  1   an error in what was given; with verify: the installed schemas are others
  70  a bug in stubwright`;

schema.addHelpText("after", SCHEMA_EXIT_CODES);

schema
  .command("verify")
  .description("check that the installed schemas are the ones that the sources name")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("--json", "report as JSON")
  .addHelpText("after", SCHEMA_EXIT_CODES)
  .action(verifySchemas);

schema
  .command("update")
  .description("write version and digests of the installed schemas into the sources")
  .option("-c, --config <file>", "the config file", DEFAULT_CONFIG)
  .option("--json", "report as JSON")
  .addHelpText("after", SCHEMA_EXIT_CODES)
  .action(updateSchemas);

program
  .command("help")
  .description("display help for a command")
  .argument("[command...]")
  .action((names: readonly string[]) => findCommand(names).help());

/** A command by its names from the outermost on, such as `schema verify`. */
function findCommand(names: readonly string[]): Command {
  return names.reduce<Command>((parent, name) => {
    const child = parent.commands.find((command) => command.name() === name);
    return child ?? parent.error(`error: unknown command '${name}'`);
  }, program);
}

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = printError(error);
}
