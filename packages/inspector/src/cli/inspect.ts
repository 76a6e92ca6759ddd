import { spawn } from "node:child_process";
import { InspectorError } from "../inspector-error.js";
import type { CompareVersions } from "../server/requests.js";
import { startInspector } from "../server/server.js";
import type { Arguments } from "./arguments.js";
import { chooseTarget } from "./choose-target.js";
import { EXIT } from "./exit-codes.js";

/** `stubwright inspect`: starts the page, and ends with its last page or Ctrl-C. */
export async function inspect(
  args: Arguments,
  words: readonly string[],
  compare?: CompareVersions,
): Promise<number> {
  const { target, rest } = await chooseTarget(args, words);
  if (rest.length > 0) {
    throw new InspectorError("INVALID_ARGUMENT", `There is a word too many: ${rest.join(" ")}.`, {
      remedy: "The command of the server stands after --.",
    });
  }
  const port = args.port === undefined ? 0 : Number(args.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InspectorError("INVALID_ARGUMENT", `--port must be a port, not ${args.port}.`);
  }
  const inspector = await startInspector({ target, port, ...(compare && { compare }) });
  if ("text" in target) inspector.inspection.load(target.text as string);
  process.stdout.write(`Inspecting ${target.title}\n\n  ${inspector.url}\n\nCtrl-C ends it.\n`);
  if (args.open && process.stdout.isTTY) openBrowser(inspector.url);
  const end = () => void inspector.close();
  process.once("SIGINT", end).once("SIGTERM", end);
  await inspector.ended;
  return EXIT.done;
}

/** Opens the page where there is a browser; where there is none, the address is printed anyway. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  spawn(command as string, args, { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
