/** How files are emitted. */
export interface EmitOptions {
  /** Whether descriptions of the schemas become comments. Default false. */
  readonly docs?: boolean;
  /**
   * Whether values of any type are typed `JsonValue`, not `unknown`, and members that are not listed
   * are read as possibly undefined. Default false.
   */
  readonly jsonValues?: boolean;
}
