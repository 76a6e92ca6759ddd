import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The schema that a protocol's own command prints. */
export function printed(protocol: "mcp" | "codex"): object {
  const script = fileURLToPath(
    new URL(`../../schema/${protocol}/print-schema.js`, import.meta.url),
  );
  const text = execFileSync(process.execPath, [script], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(text) as object;
}
