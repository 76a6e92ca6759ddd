import { CopilotError } from "../errors.js";

/** What runtimes take as a tool's name; `*` stands for all. */
const NAME = /^(?:[\w-]+|\*)$/;

/**
 * Builds the names for `availableTools` and `excludedTools`. Each says where the tool comes from, so
 * that none is let in that only bears the name of another.
 *
 * @example
 * new ToolSet().addBuiltIn(BuiltInTools.Isolated).addCustom("*")
 */
export class ToolSet {
  readonly #names: string[] = [];

  /**
   * Adds tools of the runtime itself.
   *
   * @param names - One or more names, or `*` for all.
   * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no name.
   */
  addBuiltIn(names: string | readonly string[]): this {
    for (const name of [names].flat()) this.#add("builtin", name);
    return this;
  }

  /**
   * Adds tools of the app and of its custom agents.
   *
   * @param name - A name, or `*` for all.
   * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no name.
   */
  addCustom(name: string): this {
    return this.#add("custom", name);
  }

  /**
   * Adds tools of MCP servers.
   *
   * @param name - The name that the runtime gives the tool, such as `github-list_issues`, or `*` for
   * all.
   * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no name.
   */
  addMcp(name: string): this {
    return this.#add("mcp", name);
  }

  /** The names so far, as settings of a session take them. */
  toArray(): string[] {
    return [...this.#names];
  }

  #add(source: "builtin" | "custom" | "mcp", name: string): this {
    if (!NAME.test(name)) {
      throw new CopilotError(
        "INVALID_OPTIONS",
        `The name of a tool must be * or of letters, digits, _ and -; found ${JSON.stringify(name)}.`,
      );
    }
    this.#names.push(`${source}:${name}`);
    return this;
  }
}

/** Sets of built-in tools, for {@link ToolSet.addBuiltIn}. */
export const BuiltInTools: {
  /** Those that touch nothing outside of their session: no files, no environment, no network. */
  readonly Isolated: readonly string[];
} = {
  Isolated: [
    "ask_user",
    "task_complete",
    "exit_plan_mode",
    "task",
    "read_agent",
    "write_agent",
    "list_agents",
    "send_inbox",
    "context_board",
    "skill",
  ],
};
