import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { NO_COLOR, FORCE_COLOR } = process.env;
const colours = !NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== "0" : process.stdout.isTTY);
const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
  colours ? `\x1b[${code}m${text}\x1b[0m` : text;

/**
 * @typedef {object} Outcome
 * @property {boolean} passed
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} seconds
 */

/**
 * Runs a program to its end, its output kept back; shows what is being done and for how long.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
export async function tryStep(title, command, args) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const shell = process.platform === "win32" && command !== process.execPath;
  const child = spawn(command, args, { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"])) {
    child[name].setEncoding("utf8").on("data", (text) => {
      output[name] += text;
    });
  }
  const time = () => `${seconds().toFixed(1)} s`;
  const ticker = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${paint(36, "…")} ${title} ${time()} `), 100)
    : undefined;
  if (!ticker) console.log(`… ${title}`);
  const code = await new Promise((resolve) => {
    child.on("close", resolve);
    child.on("error", () => resolve(1));
  });
  clearInterval(ticker);
  const mark = code === 0 ? paint(32, "✓") : paint(31, "✗");
  console.log(`${ticker ? "\r" : ""}${mark} ${title} ${paint(2, time())}   `);
  return { passed: code === 0, ...output, seconds: seconds() };
}

/**
 * Like {@link tryStep}; shows the output and ends the process where the program fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {string} [remedy] - What to do then, as a sentence.
 */
export async function step(title, command, args, remedy) {
  const outcome = await tryStep(title, command, args);
  if (outcome.passed) return outcome;
  console.error((outcome.stdout + outcome.stderr).trimEnd());
  if (remedy) console.error(`\n${remedy}`);
  process.exit(1);
}
