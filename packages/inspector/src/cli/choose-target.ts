import { InspectorError } from "../inspector-error.js";
import { PROTOCOLS, type ProtocolName } from "../protocols.js";
import { acpTarget } from "../targets/acp.js";
import { codexTarget } from "../targets/codex.js";
import { copilotTarget } from "../targets/copilot.js";
import { mcpTarget } from "../targets/mcp.js";
import { ownTarget } from "../targets/own.js";
import { recordingTarget } from "../targets/recording.js";
import type { Target } from "../targets/target.js";
import type { Arguments } from "./arguments.js";

/**
 * The target that a command line names, and what is left of its words.
 *
 * @throws {@link InspectorError} `INVALID_ARGUMENT` that says what is missing.
 */
export async function chooseTarget(
  args: Arguments,
  words: readonly string[],
): Promise<{ target: Target; rest: readonly string[] }> {
  const { protocol: folder, recording, command, url, load } = args;
  if (folder !== undefined) {
    const server = { command, ...(url !== undefined && { address: toAddress(url) }) };
    return { target: await ownTarget(folder, server, load), rest: words };
  }
  const [name, ...rest] = words;
  if (recording !== undefined)
    return { target: await recordingTarget(recording, known(name)), rest };
  return { target: await targetOf(known(name), args), rest };
}

function known(name: string | undefined): ProtocolName | undefined {
  const found = PROTOCOLS.find((each) => each === name);
  if (found || name === undefined) return found;
  throw new InspectorError("INVALID_ARGUMENT", `There is no protocol ${JSON.stringify(name)}.`, {
    remedy: `There is: ${PROTOCOLS.join(", ")}; or name the folder of your own by --protocol.`,
  });
}

async function targetOf(name: ProtocolName | undefined, args: Arguments): Promise<Target> {
  const { command, url, token, runtime } = args;
  if (name === "copilot") {
    return copilotTarget({
      ...(url !== undefined && { url: toAddress(url) }),
      ...(token !== undefined && { token }),
      ...(runtime !== undefined && { path: runtime }),
    });
  }
  if (name === "codex") return codexTarget(command);
  if (name === undefined || command.length === 0) {
    const what = name === undefined ? "No protocol is named." : `${name} needs a command.`;
    throw new InspectorError("INVALID_ARGUMENT", what, {
      remedy: "Such as: stubwright inspect copilot, or stubwright inspect mcp -- npx my-server.",
    });
  }
  return name === "acp" ? acpTarget(command) : mcpTarget(command);
}

function toAddress(url: string): { host: string; port: number } {
  const [, host = "127.0.0.1", port = ""] = /^(?:\w+:\/\/)?(?:(.+):)?(\d{1,5})$/.exec(url) ?? [];
  const number = Number(port);
  if (number > 0 && number < 65_536) return { host, port: number };
  throw new InspectorError(
    "INVALID_ARGUMENT",
    `--url must be host:port, not ${JSON.stringify(url)}.`,
  );
}
