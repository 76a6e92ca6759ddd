import type { Checker } from "./checker.js";
import { INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND } from "./codes.js";
import type { MethodDescriptor } from "./descriptor.js";
import { ResponseError, ValidationError } from "./errors.js";
import { isObject } from "./message.js";
import type { Peer } from "./peer.js";
import type { RequestContext } from "./running-request.js";

/**
 * Finds the object whose functions handle the calls of one scope, nested by the methods' paths.
 *
 * @param scopeValue - The scope member of the params, such as a session's id; undefined for a
 * method without scope.
 * @returns Undefined if there is no such scope.
 */
export type ResolveHandlers = (scopeValue: unknown) => object | undefined;

/**
 * Registers all methods of a group, whichever side the protocol has answer them, and routes each
 * call by its scope. Handlers of requests are called with the params as they came, the scope member
 * included, and a {@link RequestContext}; those of notifications with the params alone. A request of
 * an unknown scope is answered with -32602, one without handler with -32601, a result that does not
 * match with -32603. A notification without handler is reported as `unknownNotification`.
 *
 * @returns A function that removes all of them.
 * @throws {@link RpcError} with code `DUPLICATE_HANDLER` if a method has a handler; none is
 * registered then.
 */
export function registerHandlers(
  peer: Peer,
  methods: readonly MethodDescriptor[],
  group: string,
  resolveHandlers: ResolveHandlers,
): () => void {
  const removals: Array<() => void> = [];
  const removeAll = () => {
    for (const remove of removals.splice(0)) remove();
  };
  try {
    for (const method of methods) {
      if (method.group !== group) continue;
      removals.push(register(peer, method, resolveHandlers));
    }
  } catch (error) {
    removeAll();
    throw error;
  }
  return removeAll;
}

function register(peer: Peer, method: MethodDescriptor, resolve: ResolveHandlers): () => void {
  if (method.kind === "notification") {
    return peer.onNotification(method.method, (params) => {
      const handler = findHandler(method, params, resolve);
      if (!handler) {
        peer.report({ kind: "unknownNotification", method: method.method, params });
        return undefined;
      }
      checkParams(peer.checker, method, params);
      return handler(params);
    });
  }
  return peer.onRequest(method.method, async (params, context) => {
    const handler = findHandler(method, params, resolve);
    if (!handler) throw refuse(METHOD_NOT_FOUND, `No handler for ${method.method}`);
    checkParams(peer.checker, method, params);
    const result = (await handler(params, context)) ?? null;
    if (method.result === undefined) return result;
    try {
      peer.checker.outgoing("INVALID_RESULT", method.method, method.result, result);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      peer.report({ kind: "mismatch", error, value: result });
      throw new ResponseError({
        code: INTERNAL_ERROR,
        message: `The handler of ${method.method} gave an invalid result`,
      });
    }
    return result;
  });
}

function checkParams(checker: Checker, descriptor: MethodDescriptor, value: unknown): void {
  const { method, params, omitsParams } = descriptor;
  if (params === undefined || (omitsParams && value == null)) return;
  checker.incoming("INVALID_PARAMS", method, params, value ?? {});
}

type Handler = (params: unknown, context?: RequestContext) => unknown;

/** Returns undefined when the scope is known and has no function for the method. */
function findHandler(
  method: MethodDescriptor,
  params: unknown,
  resolve: ResolveHandlers,
): Handler | undefined {
  const { scope } = method;
  const scopeValue = scope !== undefined && isObject(params) ? params[scope] : undefined;
  if (scope !== undefined && scopeValue === undefined) {
    throw refuse(INVALID_PARAMS, `${method.method}: ${scope} is missing`);
  }
  let at: unknown = resolve(scopeValue);
  if (at === undefined) {
    const shown = JSON.stringify(scopeValue)?.slice(0, 80);
    throw refuse(INVALID_PARAMS, `${method.method}: unknown ${scope ?? "receiver"} ${shown ?? ""}`);
  }
  let owner: unknown;
  for (const name of method.path) {
    owner = at;
    at = (at as Record<string, unknown> | undefined)?.[name];
  }
  return typeof at === "function" ? (at.bind(owner) as Handler) : undefined;
}

function refuse(code: number, message: string): ResponseError {
  return new ResponseError({ code, message });
}
