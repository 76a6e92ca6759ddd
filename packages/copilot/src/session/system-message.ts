import type {
  ProtocolSystemMessageConfig,
  SystemMessageTransformRequest,
  SystemMessageTransformResponse,
} from "@stubwright/copilot-protocol";
import { type HandlerRun, runHandler } from "../callbacks/run-handler.js";

/** The parts of the system message that can be changed one by one; servers may know more. */
export type SystemMessageSection =
  | "preamble"
  | "identity"
  | "tone"
  | "tool_efficiency"
  | "environment_context"
  | "code_change_rules"
  | "guidelines"
  | "safety"
  | "tool_instructions"
  | "custom_instructions"
  | "runtime_instructions"
  | "last_instructions";

/** What each section is about. */
export const SYSTEM_MESSAGE_SECTIONS: Readonly<
  Record<SystemMessageSection, { readonly description: string }>
> = {
  preamble: { description: "What comes before everything else" },
  identity: { description: "Who the agent is" },
  tone: { description: "How it speaks and how long its answers are" },
  tool_efficiency: { description: "How to use tools with few calls" },
  environment_context: { description: "Working directory, git repository, operating system" },
  code_change_rules: { description: "How code is to be changed" },
  guidelines: { description: "Advice on working well" },
  safety: { description: "What it must not do" },
  tool_instructions: { description: "How each tool is used" },
  custom_instructions: { description: "Instructions of the user and the repository" },
  runtime_instructions: { description: "What the runtime adds, such as memory and mode" },
  last_instructions: { description: "What comes after everything else" },
};

/** Makes a section's text out of the one that the server has for it. */
export type SectionTransformFn = (currentContent: string) => string | Promise<string>;

/** What becomes of a section. */
export type SectionOverrideAction =
  | "replace"
  | "remove"
  | "append"
  | "prepend"
  | "preserve"
  | SectionTransformFn;

/** A change to one section. */
export interface SectionOverride {
  action: SectionOverrideAction;
  /** The text to replace it with, or to add. */
  content?: string;
}

/** Adds to the system message. */
export interface SystemMessageAppendConfig {
  mode?: "append";
  content?: string;
}

/** Takes the place of the whole system message, guardrails included. */
export interface SystemMessageReplaceConfig {
  mode: "replace";
  content: string;
}

/** Changes sections of the system message. */
export interface SystemMessageCustomizeConfig {
  mode: "customize";
  sections?: Partial<Record<SystemMessageSection, SectionOverride>>;
  /** Added at the end. */
  content?: string;
}

/** What becomes of the system message. */
export type SystemMessageConfig =
  | SystemMessageAppendConfig
  | SystemMessageReplaceConfig
  | SystemMessageCustomizeConfig;

type Sections = Readonly<Record<string, SectionOverride | undefined>>;

function sectionsOf(config: SystemMessageConfig | undefined): Sections {
  const sections = config?.mode === "customize" ? config.sections : undefined;
  return typeof sections === "object" && sections !== null ? sections : {};
}

/** The system message's changes as the server is told of them; functions stay here. */
export function toWireSystemMessage(config: SystemMessageConfig): ProtocolSystemMessageConfig {
  if (config?.mode !== "customize" || !config.sections) {
    return config as ProtocolSystemMessageConfig;
  }
  const sections = Object.entries(sectionsOf(config)).map(([id, override]) => {
    return [id, typeof override?.action === "function" ? { action: "transform" } : override];
  });
  return { ...config, sections: Object.fromEntries(sections) } as ProtocolSystemMessageConfig;
}

/** What changing sections needs of its session. */
export interface TransformRun extends Omit<HandlerRun, "source"> {
  onError(source: string, error: unknown): void;
}

/** Changes the sections that a server asks for; one whose function fails stays as it is. */
export async function transformSections(
  config: SystemMessageConfig | undefined,
  { sections }: SystemMessageTransformRequest,
  run: TransformRun,
): Promise<SystemMessageTransformResponse> {
  const overrides = sectionsOf(config);
  const changed = Object.entries(sections).map(async ([id, section]) => {
    const content = section?.content ?? "";
    const action = Object.hasOwn(overrides, id) ? overrides[id]?.action : undefined;
    if (typeof action !== "function") return [id, { content }] as const;
    const source = `system message section ${id}`;
    try {
      const text: unknown = await runHandler({ ...run, source }, () => action(content));
      if (typeof text !== "string") throw new TypeError(`${source}: no text but ${typeof text}`);
      return [id, { content: text }] as const;
    } catch (error) {
      if (!run.signal.aborted) run.onError(source, error);
      return [id, { content }] as const;
    }
  });
  return { sections: Object.fromEntries(await Promise.all(changed)) };
}
