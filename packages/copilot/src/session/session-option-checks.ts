import { DEFAULT_HANDLER_TIMEOUTS } from "../callbacks/handler-timeouts.js";
import { HOOK_NAMES } from "../callbacks/hook-invoke.js";
import { CopilotError } from "../errors.js";
import { bodyOf } from "../factories/handle.js";

// What no schema describes: functions, and what only this client knows. Each function says what
// would be right, or nothing where a value is fine or its shape is for the schema to judge.

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A handler is a function. */
export function checkFunction(value: unknown): string | undefined {
  return typeof value === "function" ? undefined : "a function";
}

function checkHandlers(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const at = value.findIndex((item) => {
    const given = (item as { handler?: unknown } | null)?.handler;
    return given !== undefined && typeof given !== "function";
  });
  return at < 0 ? undefined : `a function as handler of item ${at}`;
}

/** Tools have handlers that are functions, and names that differ: servers take any. */
export function checkTools(value: unknown): string | undefined {
  checkUnique(value, "tool", "tools");
  return checkHandlers(value);
}

/** Commands have handlers, and names that differ. */
export function checkCommands(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const at = value.findIndex((item) => typeof item?.handler !== "function");
  checkUnique(value, "command", "commands");
  return at < 0 ? undefined : `a function as handler of item ${at}`;
}

/** @throws {@link CopilotError} `INVALID_OPTIONS` if two items have the same name. */
function checkUnique(value: unknown, what: string, option: string, word = "name"): void {
  if (!Array.isArray(value)) return;
  const all = value.map((item) => (item as { name?: unknown } | null)?.name);
  const twice = all.find((name, i) => name !== undefined && all.indexOf(name) !== i);
  if (twice === undefined) return;
  const message = `Duplicate ${what} ${word} ${JSON.stringify(twice)} in option \`${option}\`.`;
  throw new CopilotError("INVALID_OPTIONS", message);
}

/** Canvases are made by `createCanvas`, and their ids differ. */
export function checkCanvases(value: unknown): string | undefined {
  if (!Array.isArray(value)) return "a list of what createCanvas makes";
  const at = value.findIndex(
    (item) => !isObject(item?.declaration) || typeof item.open !== "function",
  );
  if (at >= 0) return `what createCanvas makes, with a function as open, as item ${at}`;
  const declarations = value.map(({ declaration: { id } }) => ({ name: id }));
  checkUnique(declarations, "canvas", "canvases", "id");
  return undefined;
}

/** Factories are made by `defineFactory`, and their names differ. */
export function checkFactories(value: unknown): string | undefined {
  if (!Array.isArray(value)) return "a list of what defineFactory makes";
  const at = value.findIndex((item) => !bodyOf(item));
  if (at >= 0) return `what defineFactory makes, as item ${at}`;
  checkUnique(
    value.map(({ meta }) => meta),
    "factory",
    "factories",
  );
  return undefined;
}

/** A provider's source of tokens is a function. */
export function checkTokenProvider(value: unknown): string | undefined {
  const given = (value as { bearerTokenProvider?: unknown } | null)?.bearerTokenProvider;
  return given === undefined || typeof given === "function"
    ? undefined
    : "a function as bearerTokenProvider";
}

/** So are those of several. */
export function checkTokenProviders(value: unknown): string | undefined {
  return Array.isArray(value)
    ? value.map(checkTokenProvider).find((problem) => problem !== undefined)
    : undefined;
}

/** Hooks are functions, under the names that hooks have. */
export function checkHooks(value: unknown): string | undefined {
  if (!isObject(value)) return "an object";
  for (const [name, hook] of Object.entries(value)) {
    if (!HOOK_NAMES.includes(name)) return `only ${HOOK_NAMES.join(", ")}; found ${name}`;
    if (hook !== undefined && typeof hook !== "function") return `a function as ${name}`;
  }
  return undefined;
}

/** Time limits are positive numbers. */
export function checkTimeouts(value: unknown): string | undefined {
  if (!isObject(value)) return "an object";
  for (const [name, ms] of Object.entries(value)) {
    if (!Object.hasOwn(DEFAULT_HANDLER_TIMEOUTS, name)) {
      return `only ${Object.keys(DEFAULT_HANDLER_TIMEOUTS).join(", ")}; found ${name}`;
    }
    if (ms !== undefined && !(typeof ms === "number" && ms > 0)) {
      return `a positive number of milliseconds, or Infinity, as ${name}`;
    }
  }
  return undefined;
}
