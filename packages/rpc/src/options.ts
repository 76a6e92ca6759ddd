import { RpcError } from "./errors.js";

/**
 * Reads an option that is a time in milliseconds.
 *
 * @returns Undefined for "no limit": left out, or `Infinity`.
 * @throws {@link RpcError} with code `INVALID_OPTION` unless it is a number from 0 on.
 */
export function readTime(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= 0)) {
    throw invalidOption(name, "a number of milliseconds from 0 on, or Infinity for none", value);
  }
  return value === Number.POSITIVE_INFINITY ? undefined : value;
}

/**
 * Reads an option that bounds a number of things or bytes.
 *
 * @throws {@link RpcError} with code `INVALID_OPTION` unless it is a whole number from 1 on, or
 * `Infinity`.
 */
export function readBound(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  const whole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (!whole || (value as number) < 1) {
    throw invalidOption(name, "a whole number from 1 on, or Infinity for none", value);
  }
  return value as number;
}

/** Reads an option that is a function. */
export function readFunction<F>(name: string, value: F): F {
  if (value === undefined || typeof value === "function") return value;
  throw invalidOption(name, "a function", value);
}

/** Reads an option that is one of a few texts or values. */
export function readChoice<T>(name: string, value: T, choices: readonly T[]): T {
  if (value === undefined || choices.includes(value)) return value;
  throw invalidOption(name, choices.map((choice) => JSON.stringify(choice)).join(" or "), value);
}

/** Refuses members that are no options: a misspelt one would be ignored without a word. */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new RpcError(
      "INVALID_OPTION",
      `Unknown ${where} option ${JSON.stringify(name)}; there are ${known.join(", ")}`,
    );
  }
}

function invalidOption(name: string, expected: string, value: unknown): RpcError {
  const found = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new RpcError("INVALID_OPTION", `The option ${name} must be ${expected}, not ${found}`);
}
