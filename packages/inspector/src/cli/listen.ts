import { InspectorError } from "../inspector-error.js";
import { type Arguments, toMs } from "./arguments.js";
import { chooseTarget } from "./choose-target.js";
import { connected } from "./connected.js";
import { EXIT } from "./exit-codes.js";

/** `stubwright listen`: prints each message that the server sends unasked, as JSON Lines. */
export async function listen(args: Arguments, words: readonly string[]): Promise<number> {
  const { target, rest } = await chooseTarget(args, words);
  if (rest.length > 0) {
    throw new InspectorError("INVALID_ARGUMENT", `There is a word too many: ${rest.join(" ")}.`);
  }
  const ms = args.for === undefined ? undefined : toMs(args.for, "--for");
  let seen = 0;
  let lost: string | undefined;
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const inspection = await connected(target, (name, value) => {
    if (name !== "inspector.connection") return;
    const { state, error } = value as { state: string; error?: { message: string } };
    if (state !== "failed") return;
    lost = error?.message;
    end();
  });
  const flush = () => {
    for (const { seq, direction, kind, text, at, marks } of inspection.frames.after(
      seen,
      100_000,
    )) {
      seen = seq;
      if (direction !== "in" || kind === "response") continue;
      process.stdout.write(`{"at":${at},"marks":${JSON.stringify(marks)},"message":${text}}\n`);
    }
  };
  const pump = setInterval(flush, 50);
  const limit = ms === undefined ? undefined : setTimeout(end, ms);
  process.once("SIGINT", end).once("SIGTERM", end);
  // Whoever reads has seen enough, such as `head`.
  process.stdout.once("error", end);
  await over;
  clearInterval(pump);
  clearTimeout(limit);
  flush();
  await inspection.close();
  if (lost === undefined) return EXIT.done;
  throw new InspectorError("CONNECT_FAILED", lost);
}
