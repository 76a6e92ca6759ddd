import { readFile } from "node:fs/promises";
import { InspectorError } from "../inspector-error.js";
import { loadProtocol, type ProtocolName } from "../protocols.js";
import { parseRecording, protocolOf } from "../recording.js";
import type { Target } from "./target.js";

/** A recording: JSON Lines, as the test kit writes them. It is shown, and nothing is called. */
export async function recordingTarget(
  path: string,
  name?: ProtocolName,
): Promise<Target & { readonly text: string }> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new InspectorError("BAD_RECORDING", `There is no recording ${path}.`, { cause });
  }
  const messages = parseRecording(text, path);
  const protocol = await loadProtocol(name ?? protocolOf(messages));
  return { title: path, kind: "recording", protocol, text };
}
