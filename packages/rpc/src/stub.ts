import type { CallOptions } from "./call-options.js";
import type { Caller } from "./client-options.js";
import type { MethodDescriptor } from "./descriptor.js";
import { type MethodNode, methodTree } from "./method-tree.js";

/** What a stub adds to its calls. */
export interface StubOptions {
  /** Put into the params of every method that has a `scope`, under that name. */
  readonly scopeValue?: unknown;
}

/**
 * Makes the typed object of a group of methods, such as `rpc.plan.read(params, options)`. A method
 * that takes no params has the call options as its first argument. Nested groups and functions are
 * made when first looked at.
 *
 * A call rejects with {@link ValidationError} before anything is sent if its params do not match
 * and outgoing values are checked strictly.
 *
 * @typeParam T - The generated interface of the group.
 * @param group - Which methods: all of that group, whichever side the protocol has answer them, so
 * that a test's server can call what a client handles.
 */
export function createStub<T>(
  caller: Caller,
  methods: readonly MethodDescriptor[],
  group: string,
  options: StubOptions = {},
): T {
  const target = Object.create(null) as object;
  addChildren(target, methodTree(methods, group), caller, options.scopeValue);
  return target as T;
}

function addChildren(target: object, node: MethodNode, caller: Caller, scopeValue: unknown): void {
  for (const [name, child] of node.children) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = child.method
          ? createCall(caller, child.method, scopeValue)
          : (Object.create(null) as object);
        addChildren(value, child, caller, scopeValue);
        Object.defineProperty(target, name, { value, enumerable: true });
        return value;
      },
    });
  }
}

type StubCall = (first?: unknown, second?: CallOptions) => Promise<unknown>;

function createCall(caller: Caller, method: MethodDescriptor, scopeValue: unknown): StubCall {
  const decode = createDecode(caller, method);
  return (first, second) => {
    const takesParams = method.params !== undefined;
    // Of a method that takes none, servers differ in what they bear: what the schema says counts.
    const none = method.omitsParams ? undefined : {};
    const given = takesParams ? (first ?? none) : none;
    const options = takesParams ? second : (first as CallOptions | undefined);
    try {
      if (takesParams && given !== undefined) {
        caller.checker?.outgoing("INVALID_PARAMS", method.method, method.params!, given);
      }
    } catch (error) {
      return Promise.reject(error);
    }
    const params = method.scope ? { ...(given as object), [method.scope]: scopeValue } : given;
    return method.kind === "notification"
      ? caller.notify(method.method, params)
      : caller.request(method.method, params, options, decode);
  };
}

function createDecode(caller: Caller, { method, result }: MethodDescriptor) {
  // A method without a result answers null on one server and {} on the next.
  if (result === undefined) return () => undefined;
  return (value: unknown) => {
    caller.checker?.incoming("INVALID_RESULT", method, result, value);
    return value;
  };
}
