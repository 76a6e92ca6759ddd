import type { SessionToolDefinition } from "@stubwright/copilot-protocol";

/** What a tool's handler learns besides its arguments. */
export interface ToolInvocation {
  readonly sessionId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  /** The arguments as the model gave them. */
  readonly arguments: unknown;
  /** W3C trace context of the call, where the server sends one. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /**
   * Fires when the result is of no use any more: the turn or the session is aborted or over, the
   * connection is lost, or the time for tools is up.
   */
  readonly signal: AbortSignal;
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
  description?: string;
  /**
   * What it takes: a Zod schema or a JSON Schema. Arguments that do not fit never reach the
   * handler; the model is told what is wrong with them.
   */
  parameters?: ZodSchema<Arguments> | Record<string, unknown>;
  /** Does its work. Without one, its calls are left to be answered through `session.rpc.tools`. */
  handler?: ToolHandler<Arguments>;
  /** Whether it may stand in for a tool of the runtime that has the same name. */
  overridesBuiltInTool?: boolean;
  /** Whether it runs without a permission request. */
  skipPermission?: boolean;
  /** Whether the model may have to search for it first. */
  defer?: "auto" | "never";
  /** Data of the app that the server keeps with the tool. */
  metadata?: Record<string, unknown>;
  /** Whether a successful call of it ends the turn. */
  isTerminal?: boolean;
}

/** A tool that the app offers to the model. */
export interface Tool<Arguments = unknown> extends ToolConfig<Arguments> {
  name: string;
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

/** Whether a tool's parameters are a schema object and not a JSON Schema. */
export function isZodSchema(parameters: NonNullable<Tool["parameters"]>): parameters is ZodSchema {
  return typeof parameters.toJSONSchema === "function";
}

function toJsonSchema(parameters: NonNullable<Tool["parameters"]>): Record<string, unknown> {
  return isZodSchema(parameters) ? parameters.toJSONSchema() : parameters;
}
