import type {
  SessionCloudOptions,
  SessionCreateRequest,
  SessionManagedPermissions,
  SessionManagedSettings,
} from "@stubwright/copilot-protocol";

export type * from "../session/experiments.js";

export type { MessageSource } from "../session/message.js";

// Settings of a session, under the names that the established SDK has for them.

/** The shape in which the model is offered the tool that asks the user. */
export type AskUserVariant = NonNullable<SessionCreateRequest["askUserVariant"]>;
/** How a session in the cloud is made. */
export type CloudSessionOptions = SessionCloudOptions;
/** The repository that a session in the cloud works on. */
export type CloudSessionRepository = NonNullable<SessionCloudOptions["repository"]>;
/** What an organisation prescribes. */
export type ManagedSettings = SessionManagedSettings;
/** What an organisation allows, denies, or wants a person to decide. */
export type ManagedSettingsPermissions = SessionManagedPermissions;

/** The well-known values of {@link ManagedSettingsPermissions}' `disableBypassPermissionsMode`. */
export const DisableBypassPermissionsModes = {
  /** No mode in which permissions are not asked for. */
  Disable: "disable",
  /** Only the automatic mode. */
  AllowAutoOnly: "allow-auto-only",
} as const;
