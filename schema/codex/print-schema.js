// Prints the JSON Schema of the Codex app-server, which Codex itself writes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagedProgram } from "../../scripts/packaged-program.js";
import { CODEX } from "./codex.js";

const codex = await packagedProgram(CODEX, (text) => process.stderr.write(`${text}\n`));
const folder = mkdtempSync(join(tmpdir(), "stubwright-codex-"));
try {
  execFileSync(codex, ["app-server", "generate-json-schema", "--out", folder], {
    env: { ...process.env, HOME: folder, CODEX_HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
  });
  process.stdout.write(readFileSync(join(folder, "codex_app_server_protocol.schemas.json")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
