import { Writable } from "node:stream";

let guarded: Writable | undefined;

/**
 * Takes stdout for the protocol: what the program prints goes to stderr from now on.
 *
 * @returns What writes to the stdout of this process.
 */
export function guardStdout(): Writable {
  if (guarded) return guarded;
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  guarded = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => void write(chunk, done),
  });
  // A parent that is gone breaks the pipe, which the protocol's side is told of.
  stdout.on("error", (error) => guarded?.destroy(error));
  stdout.write = stderr.write.bind(stderr);
  return guarded;
}
