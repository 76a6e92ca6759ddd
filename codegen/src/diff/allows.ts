import type { JsonSchema } from "../schema.js";
import { boundsOf } from "./constraints.js";

/** Whether a scalar schema surely allows a value of its type, as far as sizes and patterns tell. */
export function allows(node: JsonSchema, value: unknown): boolean {
  return boundsOf(node, typeof value).every((key) => {
    const limit = node[key];
    if (typeof value === "string") return allowsText(key, limit, value);
    return typeof value === "number" && typeof limit === "number" && inRange(key, limit, value);
  });
}

function allowsText(key: string, limit: unknown, value: string): boolean {
  if (key === "pattern" && typeof limit === "string") return matches(limit, value);
  const length = [...value].length;
  if (typeof limit !== "number") return false;
  return key === "minLength" ? length >= limit : key === "maxLength" && length <= limit;
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return false; // A pattern of another dialect: nobody can tell.
  }
}

function inRange(key: string, limit: number, value: number): boolean {
  switch (key) {
    case "minimum":
      return value >= limit;
    case "exclusiveMinimum":
      return value > limit;
    case "maximum":
      return value <= limit;
    case "exclusiveMaximum":
      return value < limit;
    default:
      return false;
  }
}
