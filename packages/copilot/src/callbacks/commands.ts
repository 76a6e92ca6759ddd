/** A slash command that the user gave. */
export interface CommandContext {
  readonly sessionId: string;
  /** The whole line. */
  readonly command: string;
  /** The command's name, without the slash. */
  readonly commandName: string;
  /** What follows the name. */
  readonly args: string;
  /** Fires when nobody waits for the command any more. This client always gives one. */
  readonly signal?: AbortSignal;
}

/** Carries a command out. What it throws the server does not learn. */
export type CommandHandler = (context: CommandContext) => Promise<void> | void;

/** A slash command that the app carries out. */
export interface CommandDefinition {
  /** Its name, without the slash. */
  name: string;
  description?: string;
  handler: CommandHandler;
}
