// `pnpm generate`: writes what the schemas of all protocols make, with the generator as it is now.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const options = process.argv.slice(2).filter((argument) => argument !== "--");
let status = 0;

/** @param {string[]} args */
function run(...args) {
  const outcome = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  // Of several that are stale, all are to be listed.
  status ||= outcome.status ?? 1;
  return outcome.status === 0;
}

if (run("scripts/turbo.js", "run", "build", "--filter=stubwright")) {
  run("codegen/bin/stubwright.js", "generate", ...options);
  const config = ["--config", "schema/stubwright.config.json"];
  run("codegen/bin/stubwright.js", "generate", ...config, ...options);
}
process.exit(status);
