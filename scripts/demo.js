// `pnpm demo`: generates, builds what the demo needs, and runs it. Installing is pnpm's part.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
  colours ? `\x1b[${code}m${text}\x1b[0m` : text;

/**
 * Runs a program to its end, its output kept back; shows what is being done and for how long.
 *
 * @param {string} title
 * @param {string[]} args
 */
async function step(title, args) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const ticker = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${paint(36, "…")} ${title} ${seconds()} `), 100)
    : undefined;
  if (!ticker) console.log(`… ${title}`);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(ticker);
  const mark = code === 0 ? paint(32, "✓") : paint(31, "✗");
  console.log(`${ticker ? "\r" : ""}${mark} ${title} ${paint(2, seconds())}   `);
  if (code === 0) return;
  console.error(output.trimEnd());
  process.exit(1);
}

const build = (/** @type {string} */ name) => [
  "scripts/turbo.js",
  "run",
  "build",
  `--filter=${name}`,
];
await step("Building the generator", build("stubwright"));
await step("Generating the client from the published schemas", [
  "codegen/bin/stubwright.js",
  "generate",
]);
await step("Building the client and the demo", build("@stubwright/examples"));
console.log("Running one turn of the agent on the real runtime\n");
const demo = spawn(process.execPath, ["examples/dist/demo.js"], { cwd: root, stdio: "inherit" });
demo.on("close", (code) => process.exit(code ?? 1));
