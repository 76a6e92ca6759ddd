import type { JsonValue } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { INTERNAL_ERROR, INVALID_PARAMS, ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import type { ServerQuirks } from "../server-quirks.js";
import { asJson } from "./as-json.js";
import type { SessionHooks } from "./hooks.js";
import { type HandlerRun, runHandler } from "./run-handler.js";

/** What running a hook needs of its session. */
export interface HookRun extends Omit<HandlerRun, "source"> {
  readonly sessionId: string;
  readonly quirks: ServerQuirks;
  onError(source: string, error: unknown): void;
}

const NAMES: Readonly<Record<string, keyof SessionHooks>> = {
  preToolUse: "onPreToolUse",
  preMcpToolCall: "onPreMcpToolCall",
  postToolUse: "onPostToolUse",
  postToolUseFailure: "onPostToolUseFailure",
  userPromptSubmitted: "onUserPromptSubmitted",
  userPromptTransformed: "onUserPromptTransformed",
  sessionStart: "onSessionStart",
  sessionEnd: "onSessionEnd",
  errorOccurred: "onErrorOccurred",
  agentStop: "onAgentStop",
};

/** The names that hooks may have in a session's settings. */
export const HOOK_NAMES: readonly string[] = Object.values(NAMES);

type AnyHook = (input: unknown, invocation: { sessionId: string; signal: AbortSignal }) => unknown;

/**
 * Runs the hook that a server asks for. The server lets a tool run when its hook fails, so a failed
 * `onPreToolUse` is answered with a denial; other failures are answered with an error.
 */
export async function invokeHook(
  hooks: SessionHooks | undefined,
  { hookType, input }: HookInvokeRequest,
  run: HookRun,
): Promise<HookInvokeResponse> {
  const name = Object.hasOwn(NAMES, hookType) ? NAMES[hookType] : undefined;
  const handler = name && (hooks?.[name] as AnyHook | undefined);
  if (!handler) return {};
  try {
    const readable = readInput(input, run);
    const { sessionId } = run;
    const output = await runHandler({ ...run, source: name }, (signal) =>
      handler(readable, { sessionId, signal }),
    );
    if (output === undefined || output === null) return {};
    const sent = asJson<unknown>(output);
    const problem = findProblem(hookType, output, sent);
    if (problem) throw new TypeError(`${name} gave ${problem}`);
    return { output: sent as JsonValue };
  } catch (error) {
    if (!run.signal.aborted) run.onError(name, error);
    return brokenHook(hookType, name, error);
  }
}

/**
 * The safe answer where there is none of the app.
 *
 * @throws `ResponseError` where an error is safe.
 */
export function brokenHook(hookType: unknown, name: string, error: unknown): HookInvokeResponse {
  const late = error instanceof CopilotError && error.code === "HANDLER_TIMEOUT";
  const reason = late ? error.message : `The hook ${name} failed.`;
  if (hookType === "preToolUse") {
    return { output: { permissionDecision: "deny", permissionDecisionReason: reason } };
  }
  if (hookType === "preMcpToolCall") return { output: { metaToUse: null } };
  if (error instanceof ResponseError) throw error;
  throw new ResponseError({ code: INTERNAL_ERROR, message: reason });
}

function readInput(input: unknown, { quirks, sessionId }: HookRun): object {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new ResponseError({ code: INVALID_PARAMS, message: "hooks.invoke: input is no object" });
  }
  const { cwd, timestamp, ...rest } = inCamelCase(input);
  const asText = quirks.toolArgsAsText && typeof rest.toolArgs === "string";
  return {
    sessionId,
    ...rest,
    timestamp: new Date(timestamp as string | number),
    workingDirectory: rest.workingDirectory ?? cwd ?? "",
    ...(asText && { toolArgs: readText(rest.toolArgs as string) }),
    // Native servers send an error with its stack where others send its message.
    ...(hasMessage(rest.error) && { error: rest.error.message }),
  };
}

/** Servers name some members as other programs' hooks do, such as `stop_hook_active`. */
function inCamelCase(input: object): Record<string, unknown> {
  const entries = Object.entries(input).map(([name, value]) => [toCamelCase(name), value]);
  return { ...Object.fromEntries(entries), ...input };
}

function toCamelCase(name: string): string {
  return name.replace(/(?<=[a-z\d])_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}

function hasMessage(error: unknown): error is { message: string } {
  return typeof (error as { message?: unknown } | null | undefined)?.message === "string";
}

/** The value of a JSON text; a text that is no JSON is itself the value. */
function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const DECISIONS: readonly unknown[] = ["allow", "deny", "ask", undefined, null];

/** @param sent - What JSON leaves of the output. */
function findProblem(hookType: string, output: object, sent: unknown): string | undefined {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
    return `no object but ${typeof output}`;
  }
  if (hookType !== "preToolUse") return undefined;
  const { permissionDecision: decision } = sent as { permissionDecision?: unknown };
  // JSON drops a symbol, and what a class only inherits: no decision would let the tool run.
  const meant = decision ?? (output as { permissionDecision?: unknown }).permissionDecision;
  if (DECISIONS.includes(meant) && decision === meant) return undefined;
  return `the permissionDecision ${String(meant)}, not allow, deny or ask`;
}
