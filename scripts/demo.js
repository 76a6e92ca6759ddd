// `pnpm demo`: generates, builds what the demo needs, and runs it. Installing is pnpm's part.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readArguments } from "./arguments.js";
import { step } from "./step.js";

readArguments(`pnpm demo

Generates the client, builds it, and runs one turn of the agent on the real runtime, against a
scripted model: no account, no network.`);

const root = fileURLToPath(new URL("..", import.meta.url));

const build = (/** @type {string} */ name) => [
  "scripts/turbo.js",
  "run",
  "build",
  `--filter=${name}`,
];
await step("Building the generator", process.execPath, build("stubwright"));
await step("Generating the client from the published schemas", process.execPath, [
  "codegen/bin/stubwright.js",
  "generate",
]);
await step("Building the client and the demo", process.execPath, build("@stubwright/examples"));
console.log("Running one turn of the agent on the real runtime\n");
const demo = spawn(process.execPath, ["examples/dist/demo.js"], { cwd: root, stdio: "inherit" });
demo.on("close", (code) => process.exit(code ?? 1));
