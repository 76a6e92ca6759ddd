/**
 * What sessions have unless the app says otherwise: what the CLI has (`copilot-cli`), or nothing that
 * reaches beyond the session (`empty`), as servers with many users need it.
 */
export type CopilotClientMode = "empty" | "copilot-cli";
