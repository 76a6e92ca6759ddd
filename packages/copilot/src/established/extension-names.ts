import type { SessionCanvasProvider, SessionExtensionInfo } from "@stubwright/copilot-protocol";

// Who takes part in a session, under the names that the established SDK has for it.

/** Who provides the canvases of a connection, under an id that outlives it. */
export type CanvasProviderIdentity = SessionCanvasProvider;
/** The extension that a connection speaks for. */
export type ExtensionInfo = SessionExtensionInfo;
