import type { Checker } from "./checker.js";
import type { UnionDescriptor } from "./descriptor.js";
import { isObject } from "./message.js";

/** What is known of a received value: it fits its arm, it does not, or there is no such arm. */
export type UnionVerdict = "match" | "mismatch" | "unknown";

/**
 * Makes the check for received values of a union. Only the arm that the tag names is looked at.
 *
 * @returns A function that throws {@link ValidationError} for a mismatch if incoming values are
 * checked strictly, and reports it otherwise. An unknown tag is reported, never thrown.
 */
export function createUnionCheck(
  union: UnionDescriptor,
  checker: Checker,
): (value: unknown) => UnionVerdict {
  const arms = new Map(Object.entries(union.arms));
  const carrier = union.carrier?.method;
  return (value) => {
    const tag = readTag(value, union.tagPath);
    const definition = arms.get(tag as string);
    if (definition === undefined) {
      checker.unknownTag(union.id, tag, value);
      return "unknown";
    }
    const fits = checker.incoming("INVALID_EVENT", tag as string, definition, value, carrier);
    return fits ? "match" : "mismatch";
  };
}

/** The tag of a value: the member at the path, if the value has one. */
export function readTag(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const member of path) {
    if (!isObject(at) || !Object.hasOwn(at, member)) return undefined;
    at = at[member];
  }
  return at;
}
