/** What a command ends with. */
export const EXIT = {
  /** A mistake in what was given: a file, a schema, an option. */
  error: 1,
  /** `generate --check`: generated files are not up to date. */
  stale: 2,
  /** `diff --fail-on`: changes at that level. */
  findings: 3,
  /** A bug in Stubwright. */
  bug: 70,
} as const;
