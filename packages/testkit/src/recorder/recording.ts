import { readFile } from "node:fs/promises";

/** A JSON-RPC message, as far as recordings look at it. */
export interface WireMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** One line of a recording: a message, and which way it went, seen from the client. */
export interface RecordedMessage {
  readonly direction: "out" | "in";
  /** Milliseconds since the recording began. */
  readonly atMs: number;
  readonly message: WireMessage;
}

/**
 * Reads a recording: JSON Lines.
 *
 * @throws An error that names the file, if there is none or it is no recording. A missing recording
 * never leads to a server that runs.
 */
export async function loadRecording(path: string): Promise<RecordedMessage[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new Error(`There is no recording ${path}. Record it first.`, { cause });
  }
  return parseRecording(text, path);
}

/**
 * Reads the text of a recording.
 *
 * @param name - What it is, for messages.
 * @throws An error that names the line that is none of a recording.
 */
export function parseRecording(text: string, name = "recording"): RecordedMessage[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    const bad = (cause?: unknown) =>
      new Error(`${name}, line ${index + 1}: this is no recorded message.`, { cause });
    let entry: Partial<RecordedMessage> | null;
    try {
      entry = JSON.parse(line) as Partial<RecordedMessage> | null;
    } catch (cause) {
      throw bad(cause);
    }
    const known = entry?.direction === "in" || entry?.direction === "out";
    if (!known || typeof entry?.message !== "object" || entry.message === null) throw bad();
    return entry as RecordedMessage;
  });
}
