import type { JsonValue } from "@stubwright/copilot-protocol";
import { INTERNAL_ERROR, ResponseError } from "@stubwright/rpc/internal";

/**
 * Checks that JSON can say a value as it is: no undefined, no function, no Date, no number that is
 * not finite, no circle.
 *
 * @param what - What the value is, for messages, such as `Factory result`.
 * @throws ResponseError that names the place.
 */
export function checkJson(what: string, value: unknown): JsonValue {
  const seen = new Set<object>();
  const refuse = (path: string, category: string, found: string) => {
    const message = `${what} contains ${found} at ${path}`;
    const data = { code: "factory_result_not_json", category, path };
    return new ResponseError({ code: INTERNAL_ERROR, message, data });
  };
  const check = (part: unknown, path: string): void => {
    if (part === null || typeof part === "string" || typeof part === "boolean") return;
    if (part === undefined) throw refuse(path, "nested_undefined", "nested undefined");
    if (typeof part === "number") {
      if (!Number.isFinite(part)) throw refuse(path, "non_finite_number", "a non-finite number");
      return;
    }
    if (typeof part !== "object") throw refuse(path, "non_json_value", `a ${typeof part}`);
    if (seen.has(part)) throw refuse(path, "circular", "a circular reference");
    seen.add(part);
    if (Array.isArray(part)) {
      for (let at = 0; at < part.length; at++) check(part[at], `${path}[${at}]`);
    } else {
      const prototype: unknown = Object.getPrototypeOf(part);
      if (prototype !== Object.prototype && prototype !== null) {
        throw refuse(path, "non_json_object", "a non-JSON object");
      }
      for (const [name, member] of Object.entries(part)) check(member, `${path}.${name}`);
    }
    seen.delete(part);
  };
  check(value, "$");
  return value as JsonValue;
}
