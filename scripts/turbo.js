// Runs turbo with its telemetry off: nothing here talks to any host but the package registry. What it
// prints goes to stderr: stdout belongs to the program that runs after a build.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const turbo = fileURLToPath(new URL("../node_modules/turbo/bin/turbo", import.meta.url));
const { status } = spawnSync(process.execPath, [turbo, ...process.argv.slice(2)], {
  stdio: ["inherit", 2, 2],
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
});
process.exit(status ?? 1);
