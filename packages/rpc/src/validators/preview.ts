import {
  isSecretContainer,
  isSecretFlag,
  isSecretName,
  isSecretPointer,
  MASK,
  maskText,
} from "../secrets.js";

const LIMIT = 120;
/** How much of a text is read beyond its preview, so that no part of a secret is left at the cut. */
const OVERLAP = 2048;

/**
 * Shows a value as JSON cut to 120 characters, without writing out what is cut. Secrets are masked.
 */
export function preview(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = write(value, LIMIT + 1);
  return text.length > LIMIT ? `${text.slice(0, LIMIT - 1)}…` : text;
}

/** Writes at least `room` characters of the value's JSON, or all of it. */
function write(value: unknown, room: number): string {
  if (typeof value === "string") {
    return JSON.stringify(maskText(value.slice(0, room + OVERLAP)).slice(0, room));
  }
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  const list = Array.isArray(value);
  let text = list ? "[" : "{";
  for (const key in value) {
    if (text.length > 1) text += ",";
    if (!list) text += `${JSON.stringify(key.slice(0, room))}:`;
    if (text.length >= room) return text;
    const member = (value as Record<string, unknown>)[key];
    const secret = list
      ? isSecretFlag(value[Number(key) - 1])
      : isSecretName(key) || isSecretContainer(key);
    text += secret ? JSON.stringify(MASK) : write(member, room - text.length);
    if (text.length >= room) return text;
  }
  return text + (list ? "]" : "}");
}

/** Shows what a value has at the place that a JSON Pointer names; a secret is masked. */
export function previewAt(value: unknown, pointer: string): string {
  const found = readPointer(value, pointer);
  // That it is missing, or null, is no secret.
  return found != null && isSecretPointer(pointer) ? MASK : preview(found);
}

/** Reads the place that a JSON Pointer names; undefined if there is none. */
function readPointer(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
