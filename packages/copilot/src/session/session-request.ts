import type {
  SessionCreateRequest,
  SessionEventType,
  SessionResumeRequest,
  SessionUpdateOptionsParams,
} from "@stubwright/copilot-protocol";
import type { ValidationIssue } from "@stubwright/rpc";
import { didYouMean, ValidationError } from "@stubwright/rpc/internal";
import { loadProtocol } from "../connection/protocol.js";
import { CopilotError } from "../errors.js";
import { compileParameters } from "../tools/tool-arguments.js";
import type { SessionConfigBase } from "./session-config.js";
import { SESSION_OPTIONS, type SessionOption, type SessionOptionName } from "./session-options.js";

/** What is sent on every session, unless the app says otherwise. */
const ALWAYS: Partial<SessionCreateRequest> = {
  envValueMode: "direct",
  toolFilterPrecedence: "excluded",
  includeSubAgentStreamingEvents: true,
};

/** Which request a session begins with. */
export type OpenKind = "create" | "resume" | "join";

/** What a session's settings become on the wire. */
export interface SessionRequest {
  /** The params of `session.create` or `session.resume`. */
  readonly open: SessionCreateRequest & Partial<SessionResumeRequest>;
  /** The params of `session.options.update`; undefined if there is nothing to update. */
  readonly later: SessionUpdateOptionsParams | undefined;
  /** Types of the events that are asked for once the session is there. */
  readonly interests: readonly SessionEventType[];
  /** Names of the settings that the app gave. */
  readonly names: readonly string[];
}

/**
 * Makes the requests for a session's settings.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for what no schema describes: unknown settings,
 * and handlers that are no functions.
 */
export function toSessionRequest(config: SessionConfigBase, kind: OpenKind): SessionRequest {
  const open: Record<string, unknown> = { ...ALWAYS, hooks: hasHooks(config.hooks) };
  const later: Record<string, unknown> = {};
  const interests: SessionEventType[] = [];
  refuseTwoTokens(config);
  for (const { flag } of Object.values(SESSION_OPTIONS)) if (flag) open[flag] = false;
  for (const [name, value] of Object.entries(config)) {
    const option = findOption(name, kind);
    if (value === undefined) continue;
    const expected = option.check?.(value);
    if (expected) throw invalid(`The option ${name} must be ${expected}.`);
    if (option.flag) open[option.flag] = true;
    const toWire = (option.toWire ?? ((same: unknown) => same)) as (value: unknown) => unknown;
    if (option.member) open[option.member] = toWire(value);
    if (option.interest) interests.push(option.interest);
    if (option.later) later[option.later] = toWire(value);
  }
  return {
    open: open as SessionRequest["open"],
    later: Object.keys(later).length > 0 ? later : undefined,
    interests,
    names: Object.keys(config),
  };
}

function refuseTwoTokens({ gitHubToken, gitHubTokenProvider }: SessionConfigBase): void {
  if (gitHubToken === undefined || gitHubTokenProvider === undefined) return;
  throw invalid("The options gitHubToken and gitHubTokenProvider exclude each other. Keep one.");
}

function findOption(name: string, kind: OpenKind): SessionOption {
  const known = Object.hasOwn(SESSION_OPTIONS, name);
  const option = known ? SESSION_OPTIONS[name as SessionOptionName] : undefined;
  const only = option?.only ?? kind;
  if (option && (only === kind || (only === "resume" && kind === "join"))) return option;
  if (option) throw invalid(`The option ${name} is for ${CALLS[only]}.`);
  const names = Object.keys(SESSION_OPTIONS);
  throw invalid(`The option ${name} is unknown.${didYouMean(name, names)}`);
}

const CALLS: Readonly<Record<OpenKind, string>> = {
  create: "createSession",
  resume: "resumeSession",
  join: "joinSession, in an extension",
};

function hasHooks(hooks: object | undefined): boolean {
  return Object.values(hooks ?? {}).some((hook) => hook !== undefined);
}

const DEFINITIONS = {
  create: "SessionCreateRequest",
  resume: "SessionResumeRequest",
  join: "SessionResumeRequest",
} as const;

/**
 * Checks the requests against the protocol, before anything is started.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` that names the setting and what would be right, or
 * the tool whose parameters are no schema; its `cause` says more.
 */
export async function checkSessionRequest(
  { open, later, names }: SessionRequest,
  kind: OpenKind,
): Promise<void> {
  const { validators } = await loadProtocol();
  const check = (definition: string, value: object, key: "member" | "later") => {
    const issues = validators.get(definition, "strict")(value);
    if (!issues) return;
    const cause = new ValidationError("INVALID_PARAMS", `session.${kind}`, issues);
    throw invalid(complaint(issues[0]!, optionPath(issues[0]!, key, names)), { cause });
  };
  check(DEFINITIONS[kind], open, "member");
  if (later) check("SessionUpdateOptionsParams", later, "later");
  for (const tool of open.tools ?? []) await compileParameters(tool);
}

function complaint({ expected, found, meant }: ValidationIssue, path: string): string {
  const hint = meant === undefined ? "" : JSON.stringify(meant);
  if (expected.startsWith("no such member")) {
    return `The option ${path} is unknown.${hint && ` Did you mean ${hint}?`}`;
  }
  if (expected.startsWith("a value, since")) {
    return `The option ${path} is required.${hint && ` Is ${hint} meant as it?`}`;
  }
  return `The option ${path} must be ${expected}; found ${found}.`;
}

/** Says a place in a request in the words of the settings. */
function optionPath(
  { pointer }: ValidationIssue,
  key: "member" | "later",
  names: readonly string[],
): string {
  const [member = "", ...rest] = pointer.split("/").slice(1);
  const entries = Object.entries(SESSION_OPTIONS).filter(([, option]) => option[key] === member);
  const entry = entries.find(([name]) => names.includes(name)) ?? entries[0];
  const inside = entry?.[1].inside ?? {};
  const path = rest.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${inside[part] ?? part}`));
  return `${entry?.[0] ?? member}${path.join("")}`;
}

function invalid(message: string, options?: { cause: unknown }): CopilotError {
  return new CopilotError("INVALID_OPTIONS", message, options);
}
