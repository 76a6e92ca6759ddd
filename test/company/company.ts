// A runtime over TCP, and several clients of one session on it, each behind a link that can be cut.
import {
  approveAll,
  type ClientDiagnostic,
  CopilotClient,
  type CopilotSession,
  defineTool,
  type PermissionHandler,
  RuntimeConnection,
  type SessionConfig,
  type SessionEvent,
  type Tool,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type ModelRequest,
  type ScriptedModel,
  type ScriptedTurn,
  startScriptedModel,
} from "@stubwright/testkit";
import { freePort, type Link, openLink } from "./link.js";

const TOKEN = "a-secret-of-this-company";
const START_TIMEOUT_MS = 60_000;
/** How long the model thinks about what it is to call late, in milliseconds. */
const LATE_MS = 400;

/** What a member of the company does for a session. */
export interface Role {
  /** Names of the tools that it registers; each answers `<tool> by <member>`. */
  readonly tools?: readonly string[];
  /** How long its tools take, in milliseconds. Default: no time. */
  readonly toolMs?: number;
  /** Whether it approves what it is asked for. Default: it has no permission handler. */
  readonly approves?: boolean;
  /** Decides on permissions, if it does not approve all. */
  readonly decides?: PermissionHandler;
  /** Whether it connects again when its link was cut. Default true. */
  readonly autoRestart?: boolean;
}

/** One client of the company. */
export class Member {
  readonly name: string;
  readonly client: CopilotClient;
  readonly link: Link;
  readonly role: Role;
  /** What its session told it, in order, since it first joined. */
  readonly events: SessionEvent[] = [];
  /** The tools that ran here, in order. */
  readonly ran: string[] = [];
  /** How often its permission handler was asked. */
  asked = 0;
  /** What no call of the client could report. */
  readonly diagnostics: ClientDiagnostic[] = [];
  session: CopilotSession | undefined;
  readonly #base: Pick<SessionConfig, "model" | "provider" | "systemMessage">;

  constructor(name: string, role: Role, link: Link, model: ScriptedModel) {
    this.name = name;
    this.role = role;
    this.link = link;
    // The long prompt of the runtime would be most of what every turn costs.
    const systemMessage = { mode: "replace" as const, content: "You do as you are told." };
    this.#base = { model: model.model, provider: model.provider, systemMessage };
    const { autoRestart = true } = role;
    this.client = new CopilotClient({
      connection: RuntimeConnection.forUri(link.url, { connectionToken: TOKEN }),
      autoRestart,
      restart: { maxRestarts: 10_000, minDelayMs: 10, maxDelayMs: 100 },
    });
    this.client.onDiagnostic((diagnostic) => void this.diagnostics.push(diagnostic));
  }

  /** Creates the session of the company. */
  async create(sessionId: string): Promise<CopilotSession> {
    this.session = await this.client.createSession({ ...this.#config(), sessionId });
    return this.session;
  }

  /** Joins the session that another member created. */
  async join(sessionId: string): Promise<CopilotSession> {
    this.session = await this.client.resumeSession(sessionId, {
      ...this.#config(),
      suppressResumeEvent: true,
    });
    return this.session;
  }

  /** Leaves the session; it goes on for the others. */
  async leave(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.disconnect();
  }

  #config() {
    const decide = this.role.approves ? approveAll : this.role.decides;
    return {
      ...this.#base,
      tools: (this.role.tools ?? []).map((name) => this.#tool(name)),
      onEvent: (event: SessionEvent) => void this.events.push(event),
      ...(decide && {
        onPermissionRequest: (...args: Parameters<PermissionHandler>) => {
          this.asked++;
          return decide(...args);
        },
      }),
    };
  }

  #tool(name: string): Tool {
    const { toolMs = 0 } = this.role;
    return defineTool(name, {
      description: "Says who it is.",
      skipPermission: true,
      parameters: { type: "object", properties: {} },
      handler: async () => {
        this.ran.push(name);
        if (toolMs > 0) await new Promise((resolve) => setTimeout(resolve, toolMs));
        return `${name} by ${this.name}`;
      },
    });
  }
}

/** A runtime, its model, and those who use it. */
export interface Company extends AsyncDisposable {
  readonly model: ScriptedModel;
  readonly members: readonly Member[];
  /** A new client; it has no session yet. */
  member(name: string, role?: Role): Promise<Member>;
  /** The process of the runtime, while there is one. */
  readonly runtime: number | undefined;
}

/**
 * The model: `RUN <tool>` calls the tool and repeats its result, `ASK` runs a shell command, which
 * needs a permission, `SAY <words>` repeats the words. It thinks first about a `LATE RUN`.
 */
export function companyModel(request: ModelRequest): ScriptedTurn {
  const last = request.messages.at(-1);
  if (last?.role === "tool") return { text: `got ${JSON.stringify(last.content)}` };
  const user = request.messages.findLast(({ role }) => role === "user");
  const prompt = JSON.stringify(user?.content ?? "");
  const [, verb, word = ""] = [...prompt.matchAll(/(RUN|ASK|SAY) ?([\w-]*)/g)].at(-1) ?? [];
  if (verb === "RUN") {
    const delayMs = prompt.includes("LATE") ? LATE_MS : 0;
    return { toolCalls: [{ name: word, arguments: {} }], delayMs };
  }
  if (verb === "ASK") {
    const args = { command: `echo asked-${word}`, description: "says a word" };
    return { toolCalls: [{ name: "bash", arguments: args }] };
  }
  return { text: `said ${word}` };
}

/**
 * Starts a runtime over TCP.
 *
 * @param server - Path of the runtime; undefined: that of the platform package.
 */
export async function startCompany(server?: string): Promise<Company> {
  const environment = await createIsolatedEnvironment();
  const model = await startScriptedModel(companyModel);
  const port = await freePort();
  const host = new CopilotClient({
    connection: RuntimeConnection.forTcp({
      port,
      connectionToken: TOKEN,
      ...(server !== undefined && { path: server }),
      env: environment.env,
    }),
    cwd: environment.folder,
    startTimeoutMs: START_TIMEOUT_MS,
  });
  await host.start();
  const members: Member[] = [];
  return {
    model,
    members,
    get runtime() {
      return host.processId;
    },
    async member(name, role = {}) {
      const member = new Member(name, role, await openLink(port), model);
      members.push(member);
      return member;
    },
    async [Symbol.asyncDispose]() {
      for (const { client, link } of members) {
        await client.forceStop();
        link.close();
      }
      await host.forceStop();
      await model.close();
      await environment.remove();
    },
  };
}
