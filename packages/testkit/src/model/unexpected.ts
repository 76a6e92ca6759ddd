/** A request that the test did not plan for. It was answered with an HTTP error. */
export interface UnexpectedRequest {
  /** What was wrong with it, in one sentence. */
  readonly reason: string;
  /** The HTTP method and path. */
  readonly target: string;
  /** Its body as received; empty if it had none. */
  readonly body: string;
}
