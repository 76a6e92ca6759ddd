import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { RpcError } from "../errors.js";
import { OWN_GROUP } from "./process-tree.js";
import type { SpawnOptions } from "./spawn-options.js";
import { windowsCommand } from "./windows-command.js";

/** A process with pipes; its stderr is none when it is inherited. */
export type PipedProcess = ChildProcess & {
  readonly stdin: Writable;
  readonly stdout: Readable & { readonly bytesRead?: number };
};

/**
 * Starts a process. One that cannot be started says so by its event `error`.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` if the options suit no process.
 */
export function startProcess(options: SpawnOptions): PipedProcess {
  const { command, args = [], env = process.env, cwd } = options;
  try {
    const found = OWN_GROUP
      ? { command, args, verbatim: false }
      : windowsCommand(command, args, { env, cwd: cwd ?? process.cwd(), exists: isFile });
    const child = spawn(found.command, found.args, {
      cwd,
      env: env as NodeJS.ProcessEnv,
      shell: false,
      stdio: ["pipe", "pipe", options.stderr === "inherit" ? "inherit" : "pipe"],
      windowsHide: true,
      windowsVerbatimArguments: found.verbatim,
      // A session of its own: no terminal reaches it, neither Ctrl-C nor Ctrl-Z nor /dev/tty.
      detached: OWN_GROUP,
    });
    if (!child.stdin || !child.stdout) {
      // Out of file descriptors: there are no pipes, and the event that says so comes later.
      child.on("error", () => {});
      throw new Error("too many open files");
    }
    return child as PipedProcess;
  } catch (error) {
    throw spawnFailed(options, error);
  }
}

/**
 * The error for a program that could not be started. It has no cause: Node's errors show arguments
 * and variables, which may be secret.
 */
export function spawnFailed({ command, cwd }: SpawnOptions, error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new RpcError("SPAWN_FAILED", `Cannot start ${command}: ${reason(code, cwd, error)}`);
}

function reason(code: string | undefined, cwd: string | undefined, error: unknown): string {
  // The system gives the same code for a working directory that is missing and for a program.
  if (code === "ENOENT" || code === "ENOTDIR") {
    if (cwd !== undefined && !isFolder(cwd)) return `no working directory ${cwd} (${code})`;
    return `no such program (${code})`;
  }
  return code ?? String(error);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    // One that may not be looked at is not missing.
    return !["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
