import type { Checker } from "./checker.js";
import type { MethodDescriptor } from "./descriptor.js";
import { ResponseError, ValidationError } from "./errors.js";
import { INTERNAL_ERROR, INVALID_PARAMS, isObject, METHOD_NOT_FOUND } from "./message.js";
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
 * Registers the methods of a group that this side answers, and routes each call by its scope.
 * Handlers are called with the params as they came, the scope member included. An unknown scope is
 * answered with -32602, a missing handler with -32601, a result that does not match with -32603.
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
      if (method.group !== group || method.handler === "server") continue;
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
      checkParams(peer.checker, method, params);
      return findHandler(method, params, resolve)(params);
    });
  }
  return peer.onRequest(method.method, async (params, context) => {
    checkParams(peer.checker, method, params);
    const result = (await findHandler(method, params, resolve)(params, context)) ?? null;
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

function checkParams(checker: Checker, { method, params }: MethodDescriptor, value: unknown): void {
  if (params !== undefined) checker.incoming("INVALID_PARAMS", method, params, value ?? {});
}

type Handler = (params: unknown, context?: RequestContext) => unknown;

function findHandler(method: MethodDescriptor, params: unknown, resolve: ResolveHandlers): Handler {
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
  if (typeof at !== "function") {
    throw refuse(METHOD_NOT_FOUND, `No handler for ${method.method}`);
  }
  return at.bind(owner) as Handler;
}

function refuse(code: number, message: string): ResponseError {
  return new ResponseError({ code, message });
}
