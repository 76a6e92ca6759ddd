import type { CurrentToolMetadata, SessionToolDefinition } from "@stubwright/copilot-protocol";
import type { StandardSchema, ZodSchema } from "./schema-objects.js";
import { toParameterSchema } from "./tool-schema.js";

/** What a tool's handler learns besides its arguments. */
export interface ToolInvocation {
  readonly sessionId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  /** The arguments as the model gave them. */
  readonly arguments: unknown;
  /** For a tool that replaces the runtime's `tool_search_tool`: the tools that it may find. */
  readonly availableTools?: CurrentToolMetadata[];
  /** W3C trace context of the call, where the server sends one. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /**
   * Fires when the result is of no use any more: the turn or the session is aborted or over, the
   * connection is lost, or the time for tools is up. This client always gives one.
   */
  readonly signal?: AbortSignal;
}

/**
 * Does a tool's work. A string goes to the model as it is, nothing (undefined or null) as an empty
 * text, an object with `textResultForLlm` with all its members, anything else as JSON. What JSON
 * cannot say, such as a Map, an Error or a stream, and what the handler throws, is a failure to the
 * model; the app is told by `client.onDiagnostic`.
 */
export type ToolHandler<Arguments = unknown> = (
  args: Arguments,
  invocation: ToolInvocation,
) => unknown;

/** What a tool is, its name aside. */
export interface ToolConfig<Arguments = unknown> {
  /** What the model is told of it. */
  description?: string;
  /**
   * What it takes: a schema object that can tell its JSON Schema (Zod 4, any Standard JSON Schema),
   * or a JSON Schema. The model is shown the input side. Arguments that do not fit never reach the
   * handler; the model is told what is wrong with them.
   */
  parameters?: ZodSchema<Arguments> | StandardSchema<Arguments> | Record<string, unknown>;
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

/**
 * What the server is told of a tool.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` that names the tool, for parameters that are no
 * schema.
 */
export function toToolDefinition(tool: Tool): SessionToolDefinition {
  const { handler, parameters, ...definition } = tool;
  const schema = toParameterSchema(tool);
  return { ...definition, ...(schema && { parameters: schema }) } as SessionToolDefinition;
}
