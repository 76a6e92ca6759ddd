import type { RecordedMessage } from "@stubwright/testkit";

/** Longest text and list that are kept: what agents say of themselves is theirs, and long. */
const MAX_TEXT = 60;
const MAX_ITEMS = 2;

/** The same messages every time: others tell what goes on meanwhile. */
const NOISE = new Set([
  "warning",
  "configWarning",
  "account/rateLimits/updated",
  "remoteControl/status/changed",
]);

/**
 * Makes a recording short, and free of the place where it was made.
 *
 * @param names - Texts to replace, such as paths, each with what stands in its place.
 */
export function trim(
  recording: readonly RecordedMessage[],
  names: Readonly<Record<string, string>>,
): RecordedMessage[] {
  const rename = (text: string) =>
    Object.entries(names).reduce((left, [from, to]) => left.replaceAll(from, to), text);
  const shorten = (value: unknown, isOurs: boolean): unknown => {
    if (typeof value === "string") {
      const text = rename(value);
      return isOurs || text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
    }
    if (Array.isArray(value)) {
      return value.slice(0, isOurs ? undefined : MAX_ITEMS).map((item) => shorten(item, isOurs));
    }
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [
      rename(name),
      shorten(member, isOurs),
    ]);
    return Object.fromEntries(members);
  };
  return recording
    .filter(({ message }) => !NOISE.has(message.method ?? ""))
    .map(({ direction, atMs, message }) => ({
      direction,
      atMs,
      // An agent asks which of its options: all of them are needed to answer.
      message: shorten(message, direction === "out" || isAsked(message)) as typeof message,
    }));
}

function isAsked({ id, method }: RecordedMessage["message"]): boolean {
  return id !== undefined && method !== undefined;
}
