// The release of Codex whose protocol this is. Its package is 170 MB, so it is no dependency.
import { join } from "node:path";

const TRIPLES = /** @type {Readonly<Record<string, string>>} */ ({
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "win32-x64": "x86_64-pc-windows-msvc",
  "win32-arm64": "aarch64-pc-windows-msvc",
});

const platform = `${process.platform}-${process.arch}`;

export const VERSION = "0.169.0";

/** @type {import("../../scripts/packaged-program.js").PackagedProgram} */
export const CODEX = {
  name: "@openai/codex",
  version: `${VERSION}-${platform}`,
  folder: `codex-${VERSION}`,
  program: join(
    "vendor",
    TRIPLES[platform] ?? platform,
    "bin",
    process.platform === "win32" ? "codex.exe" : "codex",
  ),
};
