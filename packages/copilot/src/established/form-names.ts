import type { SessionUi } from "../session/session-ui.js";

// Forms, under the names that the established SDK has for them.

/** Asks the user of a session: what `session.ui` is. */
export type SessionUiApi = Pick<SessionUi, "elicitation" | "confirm" | "select" | "input">;
