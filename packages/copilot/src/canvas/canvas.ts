import type {
  CanvasJsonSchema,
  CanvasProviderCloseRequest,
  CanvasProviderInvokeActionRequest,
  CanvasProviderOpenRequest,
  CanvasProviderOpenResult,
} from "@stubwright/copilot-protocol";

/** What is asked of a canvas, and in which session. */
type InSession<Request> = Request & { sessionId: string };

/**
 * Something that the model can do with a canvas that is open.
 *
 * @experimental Canvases may change with the runtime.
 */
export interface CanvasAction {
  /** Its name, unique in its canvas; not one that begins with `canvas.`. */
  name: string;
  /** What the model is told of it. */
  description?: string;
  /** JSON Schema of what it takes; for the model, not checked. */
  inputSchema?: CanvasJsonSchema;
  /** Does it. What it returns goes to the model, as JSON. */
  handler: (context: InSession<CanvasProviderInvokeActionRequest>) => Promise<unknown> | unknown;
}

/**
 * What the server is told of a canvas.
 *
 * @experimental Canvases may change with the runtime.
 */
export interface CanvasDeclaration {
  /** Its id, unique in its session participant. */
  id: string;
  /** Its name, for people. */
  displayName: string;
  /** What it shows, in a sentence, for the model. */
  description: string;
  /** JSON Schema of what it is opened with; for the model, not checked. */
  inputSchema?: CanvasJsonSchema;
  /** What can be done with it. */
  actions?: Omit<CanvasAction, "handler">[];
}

/**
 * A canvas and its handlers: see {@link createCanvas}.
 *
 * @experimental Canvases may change with the runtime.
 */
export interface CanvasOptions extends Omit<CanvasDeclaration, "actions"> {
  /** What can be done with it, and how. */
  actions?: CanvasAction[];
  /** Opens an instance, or brings one that is open to the front. Says where its page is. */
  open: (
    context: InSession<CanvasProviderOpenRequest>,
  ) => Promise<CanvasProviderOpenResult> | CanvasProviderOpenResult;
  /** Told that an instance was closed. What it throws is reported to the app alone. */
  onClose?: (context: InSession<CanvasProviderCloseRequest>) => Promise<void> | void;
}

/** Handlers by action. Not a member of the class, so that canvases of other packages fit its type. */
const handlers = new WeakMap<Canvas, ReadonlyMap<string, CanvasAction["handler"]>>();

/**
 * A canvas of this program: see {@link createCanvas}.
 *
 * @experimental Canvases may change with the runtime.
 */
export class Canvas {
  /** What the server is told of it. */
  readonly declaration: CanvasDeclaration;
  /** Opens an instance of it. */
  readonly open: CanvasOptions["open"];
  /** Told that an instance was closed. */
  readonly onClose?: CanvasOptions["onClose"];

  /** @internal */
  constructor({ actions, open, onClose, ...declaration }: CanvasOptions) {
    this.declaration = {
      ...declaration,
      ...(actions && { actions: actions.map(({ handler: _, ...action }) => action) }),
    };
    this.open = open;
    if (onClose) this.onClose = onClose;
    handlers.set(this, new Map(actions?.map(({ name, handler }) => [name, handler])));
  }
}

/** What does an action of a canvas, if anything does. */
export function actionHandler(canvas: Canvas, name: string): CanvasAction["handler"] | undefined {
  return handlers.get(canvas)?.get(name);
}

/**
 * Makes a canvas: a page of this program that a host such as the GitHub Copilot app shows beside the
 * conversation, and that the model opens and acts on. Give it to a session with the option
 * `canvases`.
 *
 * @example
 * ```ts
 * import { CopilotClient, createCanvas } from "@stubwright/copilot";
 *
 * const board = createCanvas({
 *   id: "board",
 *   displayName: "Board",
 *   description: "The tasks of this project.",
 *   actions: [{ name: "add", description: "Adds a task.", handler: ({ input }) => ({ input }) }],
 *   open: () => ({ url: "http://127.0.0.1:8000/", title: "Board" }),
 * });
 * const client = new CopilotClient();
 * const session = await client.createSession({ canvases: [board], requestCanvasRenderer: true });
 * await session.rpc.canvas.open({ canvasId: "board", instanceId: "board-1" });
 * console.log(session.openCanvases);
 * ```
 *
 * @experimental Canvases may change with the runtime.
 */
export function createCanvas(options: CanvasOptions): Canvas {
  return new Canvas(options);
}
