import { parseArgs } from "node:util";

/**
 * Reads the arguments of a script of this repository. `--help` prints the usage and ends the process
 * with 0; what is wrong ends it as {@link refuse} does.
 *
 * @template {import("node:util").ParseArgsConfig} const Config
 * @param {string} usage - How the script is called, and what it does.
 * @param {Config} [config] - As for `parseArgs`; by default there are no arguments.
 * @returns {ReturnType<typeof parseArgs<Config>>}
 */
export function readArguments(usage, config) {
  const args = process.argv.slice(2).filter((argument) => argument !== "--");
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    const given = /** @type {unknown} */ ({ ...config, args });
    return parseArgs(/** @type {Config} */ (given));
  } catch (error) {
    return refuse(usage, /** @type {Error} */ (error).message);
  }
}

/**
 * A whole number of 0 or more.
 *
 * @param {string} usage
 * @param {string} name - Of the option, such as `--rounds`.
 * @param {string} text - What was given.
 */
export function toCount(usage, name, text) {
  if (!/^\d+$/.test(text)) refuse(usage, `${name} takes a whole number, not ${text}`);
  return Number(text);
}

/**
 * Says in one line what is wrong with the arguments, and how it would be right; ends the process
 * with 2.
 *
 * @param {string} usage
 * @param {string} message
 * @returns {never}
 */
export function refuse(usage, message) {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}
