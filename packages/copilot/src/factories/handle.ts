import type { JsonValue } from "@stubwright/copilot-protocol";
import type { FactoryMeta } from "./meta.js";

/** What a factory gives: a value that JSON can say, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a body without a return gives nothing.
export type FactoryOutcome = JsonValue | void;

/** A value that cannot be changed, however deep. */
type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Where a handle has its body; a symbol of all copies of this package. */
const BODY = Symbol.for("stubwright.factory");
declare const TYPES: unique symbol;

/**
 * A factory, as `defineFactory` makes it: to be registered by `joinSession`, and to be run.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryHandle<
  TArgs extends JsonValue = JsonValue,
  TResult extends FactoryOutcome = FactoryOutcome,
> {
  /** What the runtime is told of it. */
  readonly meta: DeepReadonly<FactoryMeta>;
  /** Its types alone; there is no such member. */
  readonly [TYPES]: { readonly args: TArgs; readonly result: TResult };
}

/** What a factory does. */
export type FactoryBody = (context: never) => unknown;

/** Makes a handle. */
export function createHandle(meta: FactoryMeta, body: FactoryBody): FactoryHandle {
  const handle = { meta: deepFreeze(structuredClone(meta)) };
  Object.defineProperty(handle, BODY, { value: body });
  return Object.freeze(handle) as unknown as FactoryHandle;
}

/** What a factory does; undefined if it is none. */
export function bodyOf(handle: unknown): FactoryBody | undefined {
  const body = (handle as { [BODY]?: unknown } | null | undefined)?.[BODY];
  return typeof body === "function" ? (body as FactoryBody) : undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
