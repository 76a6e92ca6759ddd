import { InspectorError } from "../inspector-error.js";
import type { CompareVersions } from "../server/requests.js";
import { type Arguments, HELP, type LoadModule, readArguments } from "./arguments.js";
import { call } from "./call.js";
import { EXIT } from "./exit-codes.js";
import { inspect } from "./inspect.js";
import { listen } from "./listen.js";

/** What the program that runs a command line brings. */
export interface RunOptions {
  /** Compares two versions of a protocol. */
  readonly compare?: CompareVersions;
  /** Loads a module, such as one in TypeScript. Default: `import`. */
  readonly load?: LoadModule;
}

/**
 * Runs a command line of the inspector: `inspect`, `call` or `listen`. A first word that is none of
 * them is the protocol to inspect.
 *
 * @returns The exit code.
 */
export async function runInspector(
  argv: readonly string[],
  { compare, load }: RunOptions = {},
): Promise<number> {
  let args: Arguments | undefined;
  try {
    args = { ...readArguments(argv), ...(load && { load }) };
    if (args.help || (args.positionals.length === 0 && !args.protocol && !args.recording)) {
      process.stdout.write(HELP);
      return args.help ? EXIT.done : EXIT.mistake;
    }
    const [first, ...words] = args.positionals;
    if (first === "call") return await call(args, words);
    if (first === "listen") return await listen(args, words);
    return await inspect(args, first === "inspect" ? words : args.positionals, compare);
  } catch (error) {
    return report(error, args?.json === true || argv.includes("--json"));
  }
}

function report(error: unknown, json: boolean): number {
  const known = error instanceof InspectorError;
  const { message, stack } = error as Error;
  const { code, remedy } = known ? error : { code: "BUG", remedy: undefined };
  if (json)
    process.stdout.write(
      `${JSON.stringify({ error: { code, message: known ? message : stack, remedy } })}\n`,
    );
  else if (known)
    process.stderr.write(`error ${message} (${code})\n${remedy ? `help  ${remedy}\n` : ""}`);
  else process.stderr.write(`bug   This should not have happened; please report it:\n${stack}\n`);
  return known ? EXIT.mistake : EXIT.bug;
}
