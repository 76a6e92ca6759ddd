import type { UIElicitationRequest } from "@stubwright/copilot-protocol";
import type { SessionUi } from "../session/session-ui.js";

// Forms, under the names that the established SDK has for them.

/** A form to show: a message and its fields. */
export type ElicitationParams = UIElicitationRequest;
/** The fields of a form, as a JSON Schema. */
export type ElicitationSchema = UIElicitationRequest["requestedSchema"];
/** One field of a form. */
export type ElicitationSchemaField = NonNullable<ElicitationSchema["properties"]>[string];
/** Asks the user of a session: what `session.ui` is. */
export type SessionUiApi = Pick<SessionUi, "elicitation" | "confirm" | "select" | "input">;
