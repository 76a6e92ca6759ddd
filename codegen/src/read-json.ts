import { readFileSync } from "node:fs";
import { StubwrightError, type StubwrightErrorCode } from "./errors.js";
import { isObject } from "./schema.js";

/** What to say where a file cannot be read. */
export interface JsonFile {
  readonly code: StubwrightErrorCode;
  readonly file: string;
  readonly remedy: string;
}

/**
 * Reads a file that holds a JSON object.
 *
 * @throws {@link StubwrightError} with the given code.
 */
export function readJsonFile(given: JsonFile): Record<string, unknown> {
  return parseJsonObject(readBytes(given), given);
}

/** The bytes of a file. */
export function readBytes({ code, file, remedy }: JsonFile): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const message = `Cannot read ${file}: ${(cause as Error).message}`;
    throw new StubwrightError(code, message, { file, remedy, cause });
  }
}

/** The object that the bytes of a file are. */
export function parseJsonObject(bytes: Buffer, given: JsonFile): Record<string, unknown> {
  const { code, file, remedy } = given;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    const message = `${file} is not JSON: ${(cause as Error).message}`;
    throw new StubwrightError(code, message, { file, remedy, cause });
  }
  if (isObject(json)) return json;
  throw new StubwrightError(code, `${file} does not hold a JSON object.`, { file, remedy });
}
