import { parseArgs } from "node:util";

/**
 * Reads the arguments of an example that starts a program. Ends the process for `--help` and for
 * options that there are not.
 *
 * @param help - What the example does, and how it is called.
 */
export function readCommand(help: string): { words: string[]; offline: boolean } {
  const options = { offline: { type: "boolean" }, help: { type: "boolean" } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (!values.help) return { words: positionals, offline: values.offline === true };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return process.exit(2);
  }
  console.log(help);
  return process.exit(0);
}
