/**
 * What a handler of a canvas throws to say what is wrong in a word for programs. Other errors reach
 * the caller as `canvas_handler_error`.
 *
 * @example
 * ```ts
 * import { CanvasError, createCanvas } from "@stubwright/copilot";
 *
 * const board = createCanvas({
 *   id: "board",
 *   displayName: "Board",
 *   description: "The tasks of this project.",
 *   open: ({ input }) => {
 *     if (input === undefined) throw new CanvasError("no_project", "Which project?");
 *     return { url: "http://127.0.0.1:8000/", title: "Board" };
 *   },
 * });
 * ```
 *
 * @experimental Canvases may change with the runtime.
 */
export class CanvasError extends Error {
  override readonly name: string = "CanvasError";
  /** What is wrong, for programs. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  /** The error of an action that has no handler. */
  static noHandler(): CanvasError {
    return noHandler();
  }
}

// Outside of the class: esbuild renames a class that refers to itself, and the name is in traces.
function noHandler(): CanvasError {
  const message = "No handler implemented for this canvas action";
  return new CanvasError("canvas_action_no_handler", message);
}
