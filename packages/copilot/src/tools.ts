import type {
  ExternalToolRequestedData,
  ExternalToolResult,
  ExternalToolTextResultForLlm,
  SessionToolDefinition,
} from "@stubwright/copilot-protocol";

/** What a tool's handler learns besides its arguments. */
export interface ToolInvocation {
  readonly sessionId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly arguments: unknown;
}

/**
 * Does a tool's work. A string goes to the model as it is, an object with `textResultForLlm` with
 * all its members, anything else as JSON. What it throws the model does not see.
 */
export type ToolHandler<Arguments = unknown> = (
  args: Arguments,
  invocation: ToolInvocation,
) => unknown;

/** A schema object that can tell its JSON Schema, as Zod's can. */
export interface ZodSchema<T = unknown> {
  readonly _output: T;
  toJSONSchema(): Record<string, unknown>;
}

/** What a tool is, its name aside. */
export interface ToolConfig<Arguments = unknown> {
  /** What the model is told of it. */
  readonly description?: string;
  /** What it takes: a Zod schema or a JSON Schema. */
  readonly parameters?: ZodSchema<Arguments> | Record<string, unknown>;
  readonly handler?: ToolHandler<Arguments>;
  /** Whether it may stand in for a tool of the runtime that has the same name. */
  readonly overridesBuiltInTool?: boolean;
  /** Whether it runs without a permission request. */
  readonly skipPermission?: boolean;
}

/** A tool that the app offers to the model. */
export interface Tool<Arguments = unknown> extends ToolConfig<Arguments> {
  readonly name: string;
}

/** Makes a tool; its handler's arguments get their type from the parameters. */
export function defineTool<Arguments = unknown>(
  name: string,
  config: ToolConfig<Arguments>,
): Tool<Arguments> {
  return { ...config, name };
}

/** What the server is told of a tool. */
export function toToolDefinition(tool: Tool): SessionToolDefinition {
  const { handler, parameters, ...definition } = tool;
  return { ...definition, ...(parameters && { parameters: toJsonSchema(parameters) }) };
}

function toJsonSchema(parameters: NonNullable<Tool["parameters"]>): Record<string, unknown> {
  return typeof parameters.toJSONSchema === "function"
    ? (parameters as ZodSchema).toJSONSchema()
    : (parameters as Record<string, unknown>);
}

/**
 * Runs the tool that a request names, and gives the answer for the model.
 *
 * @param onError - Told of what the handler threw: the model learns only that it failed.
 */
export async function runTool(
  tools: ReadonlyMap<string, Tool>,
  request: ExternalToolRequestedData,
  onError: (error: unknown) => void,
): Promise<ExternalToolResult> {
  const { sessionId, toolCallId, toolName } = request;
  const handler = tools.get(toolName)?.handler;
  if (!handler) return failure(`There is no tool named ${toolName}.`);
  try {
    const invocation = { sessionId, toolCallId, toolName, arguments: request.arguments };
    return toResult(await handler(request.arguments, invocation));
  } catch (error) {
    onError(error);
    return failure("The tool failed.");
  }
}

/** The server hides the `error` of an answer from the model; a result of type failure it passes on. */
function failure(textResultForLlm: string): ExternalToolTextResultForLlm {
  return { resultType: "failure", textResultForLlm, error: textResultForLlm };
}

/** The server takes anything it does not understand for an empty success, so nothing else is sent. */
function toResult(value: unknown): ExternalToolResult {
  if (typeof value === "string") return value;
  if (isResult(value)) return { resultType: "success", ...value };
  return value === undefined ? "" : (JSON.stringify(value) ?? "");
}

function isResult(value: unknown): value is ExternalToolTextResultForLlm {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { textResultForLlm?: unknown }).textResultForLlm === "string"
  );
}
