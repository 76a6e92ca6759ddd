import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { printError } from "./error.js";
import { EXIT } from "./exit-codes.js";
import { INSPECTOR_COMMANDS } from "./inspector-commands.js";
import { FAIL_LEVELS } from "./options.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Programs read stdout alone: there is one JSON value on it, whatever happens. */
const json = process.argv.includes("--json");
const JSON_HELP = "print one JSON value, also for an error: { error: { code, message, … } }";
const CONFIG_HELP =
  "the config file; by default the nearest stubwright.config.{ts,mts,js,mjs,cjs,json}, from here upwards";

const EXIT_CODES = `
Exit codes:
  0   done
  1   an error in what was given: a file, a schema, an option
  2   generate --check: generated files are stale
  3   diff --fail-on: there are changes at that level
  70  a bug in stubwright`;

// A command loads what it needs when it runs: most of the time of a short one is that of loading.
const program = new Command("stubwright")
  .description("Turns the JSON Schemas of a JSON-RPC protocol into a typed, validated client.")
  .version(version)
  .exitOverride()
  .configureOutput({ writeErr: (text) => json || process.stderr.write(text) })
  .showHelpAfterError("(stubwright --help lists commands and options)")
  .addHelpText(
    "after",
    `${EXIT_CODES}

Examples:
  stubwright generate               write what the config names
  stubwright generate --check       list stale files, write nothing
  stubwright generate --watch       generate again whenever a schema changes
  stubwright generate --print-ir    print the protocol model as JSON
  stubwright update                 renew the lock file and show what changed
  stubwright diff OLD NEW           list changes, with a verdict for each reader
  stubwright inspect copilot        see and try a protocol on a page`,
  );

program
  .command("generate")
  .description("read the schemas and write the generated files")
  .option("-c, --config <file>", CONFIG_HELP)
  .option("-i, --input <path>", "a schema, folder of schemas or source.json, in place of a config")
  .option("-o, --out <folder>", "write there instead of where the config says")
  .option("--docs", "turn the schemas' descriptions into comments, whatever the config says")
  .addOption(
    new Option("--check", "write nothing; exit with 2 if a file is stale").conflicts("watch"),
  )
  .option("--watch", "generate again when the source, a schema or the lock file changes")
  .addOption(
    new Option("--print-ir", "write nothing; print the protocol model as JSON").conflicts([
      "check",
      "watch",
    ]),
  )
  .option("--json", JSON_HELP)
  .addHelpText(
    "after",
    `${EXIT_CODES}

Examples:
  stubwright generate -i schema.json -o src/generated
  stubwright generate --config tools/stubwright.config.json
  stubwright generate --check --json`,
  )
  .action(async (options) => (await import("./generate.js")).generate(options));

program
  .command("init")
  .description("write a config and a script for a schema, generate, and print a client")
  .option("-i, --input <path>", "the schema: a file, a folder or an https URL")
  .option("-o, --out <folder>", "the folder for the generated files; default: src/generated")
  .option("--force", "write over a config that is there")
  .addHelpText("after", EXIT_CODES)
  .action(async (options) => (await import("./init.js")).init(options));

program
  .command("diff")
  .description("compare two versions of a protocol, with a verdict for each reader")
  .argument("<old>", "schema folder, package@version, source.json, or file of --print-ir")
  .argument("<new>", "likewise")
  .addOption(
    new Option("--fail-on <level>", "exit with 3 on changes of that level or worse").choices(
      FAIL_LEVELS,
    ),
  )
  .option("--allow <file>", "changes that are known, each with a reason")
  .option("--descriptions", "report changes of descriptions too")
  .option("--cache <folder>", "keep downloaded schemas there; default: below node_modules")
  .addOption(new Option("--json", JSON_HELP).conflicts("markdown"))
  .option("--markdown", "report as a changelog in Markdown")
  .addHelpText(
    "after",
    `
Readers:
  regenerated  our program, compiled against the client generated from NEW
  oldClient    a client generated from OLD that calls the new server
  callbacks    handlers of what the server calls, written for OLD
  events       listeners written for OLD

Verdicts:
  breaking     no longer compiles, or a call that worked fails
  dangerous    works in part: an unhandled value, a reported mismatch
  safe         nothing to do
${EXIT_CODES}

Examples:
  stubwright diff @github/copilot@1.0.20 @github/copilot@1.0.24
  stubwright diff old/schemas new/schemas --fail-on breaking --allow known.json
  stubwright diff old.ir.json schema/copilot/source.json --markdown`,
  )
  .action(async (old, after, options) => (await import("./diff.js")).diff(old, after, options));

program
  .command("update")
  .description("get the schemas that come from elsewhere, lock them, and show what changed")
  .option("-c, --config <file>", CONFIG_HELP)
  .option("--json", JSON_HELP)
  .addHelpText("after", EXIT_CODES)
  .action(async (options) => (await import("./update.js")).update(options));

program
  .command("verify")
  .description("check the schemas against stubwright.lock.json")
  .option("-c, --config <file>", CONFIG_HELP)
  .option("--json", JSON_HELP)
  .addHelpText("after", EXIT_CODES)
  .action(async (options) => (await import("./verify.js")).verifySchemas(options));

program
  .command("migrate")
  .description("move an app from @github/copilot-sdk to @stubwright/copilot")
  .argument("[paths...]", "files and folders; default: the working directory")
  .option("--dry-run", "write nothing; say what would be changed")
  .option("--json", JSON_HELP)
  .addHelpText(
    "after",
    `
Changes imports, and the dependency in package.json. Says by file and line what needs a hand: what
behaves in another way. docs/migration.md has the table.
${EXIT_CODES}

Examples:
  stubwright migrate --dry-run
  stubwright migrate src test package.json`,
  )
  .action(async (paths, options) => (await import("./migrate.js")).migrate(paths, options));

// Their options are those of the package that brings them.
for (const [name, description] of Object.entries(INSPECTOR_COMMANDS)) {
  program.command(name).description(description).allowUnknownOption();
}

program
  .command("help")
  .description("display help for a command")
  .argument("[command...]")
  .action((names: readonly string[]) => findCommand(names).help());

/** A command by its names from the outermost on. */
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

const [first = "", ...rest] = process.argv.slice(2);
try {
  // The words after -- are those of a server.
  if (Object.hasOwn(INSPECTOR_COMMANDS, first)) {
    await (await import("./inspector.js")).runInspector([first, ...rest]);
  } else await program.parseAsync();
} catch (error) {
  process.exitCode = endWith(error);
}

/** The exit code of what ended the program; help and version end it too. */
function endWith(error: unknown): number {
  if (!(error instanceof CommanderError)) return printError(error, json);
  if (error.exitCode === 0) return 0;
  const message = error.message.replace(/^error: /, "");
  if (json) console.log(JSON.stringify({ error: { code: "USAGE", message } }, null, 2));
  return EXIT.error;
}
