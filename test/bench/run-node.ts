import { spawn } from "node:child_process";

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Longest time, in milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program under this Node to its end.
 *
 * @returns What it printed.
 * @throws If it fails or takes too long.
 */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${args.join(" ")} ended with ${code ?? signal}\n${output}${errors}`));
    });
  });
}
