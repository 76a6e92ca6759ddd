import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a program as a process of its own, which an unhandled rejection ends. */
export function runStrict(
  program: URL,
  args: readonly string[],
  timeoutMs: number,
): Promise<string> {
  const flags = ["--expose-gc", "--unhandled-rejections=strict", "--conditions=@stubwright/source"];
  const argv = [...flags, "--import", import.meta.resolve("tsx"), fileURLToPath(program), ...args];
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, argv, options, (error, stdout, stderr) => {
      if (error)
        reject(new Error(`${program.pathname} ${args.join(" ")}\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
