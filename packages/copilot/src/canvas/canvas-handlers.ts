import type { ClientSessionHandlers, JsonValue } from "@stubwright/copilot-protocol";
import { INTERNAL_ERROR, INVALID_PARAMS, ResponseError } from "@stubwright/rpc/internal";
import { actionHandler, type Canvas } from "./canvas.js";
import { CanvasError } from "./canvas-error.js";

/** What the handlers of canvases are run with. */
export interface CanvasHost {
  /** The canvases of the session. */
  readonly canvases: readonly Canvas[];
  /** Runs a handler of the app, named by `source`. */
  run<R>(source: string, call: () => R | Promise<R>): Promise<R>;
  /** Told of what a handler of the app did wrong. */
  onError(source: string, error: unknown): void;
}

/** Makes the handlers of requests about the canvases of a session. */
export function canvasHandlers(host: CanvasHost): NonNullable<ClientSessionHandlers["canvas"]> {
  const find = (id: string): Canvas => {
    const canvas = host.canvases.find(({ declaration }) => declaration.id === id);
    if (canvas) return canvas;
    const message = `This session participant has no canvas ${JSON.stringify(id)}`;
    throw new ResponseError({
      code: INVALID_PARAMS,
      message,
      data: { code: "canvas_not_found", message },
    });
  };
  const answer = async <R>(source: string, call: () => R | Promise<R>): Promise<R> => {
    try {
      return await host.run(source, call);
    } catch (error) {
      if (!(error instanceof CanvasError)) host.onError(source, error);
      throw refusal(error);
    }
  };
  return {
    open: (params) => {
      const canvas = find(params.canvasId);
      return answer(`canvas ${params.canvasId} open`, () => canvas.open(params));
    },
    close: async (params) => {
      const canvas = find(params.canvasId);
      const source = `canvas ${params.canvasId} onClose`;
      // It is closed whatever the app makes of it.
      await host
        .run(source, () => canvas.onClose?.(params))
        .catch((error: unknown) => {
          host.onError(source, error);
        });
    },
    action: {
      invoke: (params) => {
        const { canvasId, actionName } = params;
        const act = actionHandler(find(canvasId), actionName);
        return answer(`canvas ${canvasId} action ${actionName}`, async () => {
          if (!act) throw CanvasError.noHandler();
          return toJson(await act(params));
        });
      },
    },
  };
}

/** What gets to the caller of a result; nothing is null. */
function toJson(result: unknown): JsonValue {
  const text = JSON.stringify(result) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as JsonValue);
}

/** The words for an error that the runtime reads. */
function refusal(error: unknown): ResponseError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof CanvasError ? error.code : "canvas_handler_error";
  return new ResponseError({ code: INTERNAL_ERROR, message, data: { code, message } });
}
