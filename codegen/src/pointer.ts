/** A name as a part of a JSON Pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The names that the parts of a JSON Pointer stand for. */
export function splitPointer(
  pointer: string,
  decode: (part: string) => string = (part) => part,
): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => toName(decode(part)));
}

/** The name that a part of a JSON Pointer stands for, as a reference has it: percent-encoded too. */
export function unescapePointer(part: string): string {
  return toName(decodePercent(part));
}

/** A text that may be percent-encoded, as the text that it stands for. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A percent sign that encodes nothing.
  }
}

function toName(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
