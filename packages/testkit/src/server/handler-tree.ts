import { protocol } from "@stubwright/copilot-protocol";
import { METHOD_NOT_FOUND, type RequestContext, ResponseError } from "@stubwright/rpc";

type Handler = (params: unknown, context: RequestContext) => unknown;

/** Nested objects whose functions answer the methods at their paths. */
export type HandlerTree = Readonly<Record<string, unknown>>;

/** Sees every call before it is answered; what it throws, or a promise it returns, is the answer. */
export type Intercept = (method: string, params: unknown) => Promise<never> | undefined;

/**
 * Makes handlers for all methods of a group.
 *
 * @param layers - Where an answer is looked for; the first that has one gives it. Methods that none
 * has are answered as unknown.
 */
export function handlerTree(
  group: string,
  layers: readonly HandlerTree[],
  intercept: Intercept,
): HandlerTree {
  const root: Record<string, unknown> = {};
  for (const { method, path, group: own } of protocol.methods) {
    if (own !== group) continue;
    let at = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    const answer: Handler = (params, context) => {
      const intercepted = intercept(method, params);
      if (intercepted) return intercepted;
      for (const layer of layers) {
        const handler = find(layer, path);
        if (handler) return handler(params, context);
      }
      throw new ResponseError({ code: METHOD_NOT_FOUND, message: `Unhandled method ${method}` });
    };
    at[path.at(-1)!] = Object.assign(answer, at[path.at(-1)!]);
  }
  return root;
}

function find(layer: HandlerTree, path: readonly string[]): Handler | undefined {
  let owner: unknown;
  let at: unknown = layer;
  for (const name of path) {
    owner = at;
    at = (at as HandlerTree | undefined)?.[name];
  }
  return typeof at === "function" ? (at.bind(owner) as Handler) : undefined;
}
