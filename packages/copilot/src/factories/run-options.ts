import type {
  FactoryListRunsRequest,
  FactoryListRunsResult,
  JsonValue,
} from "@stubwright/copilot-protocol";

/**
 * Limits of one attempt in place of those that the factory declares: a number replaces one, null
 * lifts it.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryLimitOverrides {
  /** Agents at work at the same time. */
  maxConcurrentSubagents?: number | null;
  /** Agents in all. */
  maxTotalSubagents?: number | null;
  /** AI credits in all. */
  maxAiCredits?: number | null;
  /** Seconds at work, in all attempts together. */
  timeoutSeconds?: number | null;
}

/**
 * How a run is resumed.
 *
 * @experimental Factories may change with the runtime.
 */
export interface ResumeOptions {
  /** Other limits. */
  limits?: FactoryLimitOverrides;
  /** Whether the session is told of the end. */
  notifyOnComplete?: boolean;
  /** Whether the session's record has the names of the phases. */
  logPhaseNames?: boolean;
}

/**
 * How a factory is run.
 *
 * @experimental Factories may change with the runtime.
 */
export interface RunOptions<TArgs extends JsonValue = JsonValue> extends ResumeOptions {
  /** What the body gets as `context.args`. Default `{}`. */
  args?: TArgs;
  /**
   * The run to resume.
   *
   * @deprecated Use `session.factory.resume`.
   */
  resumeFromRunId?: string;
}

/**
 * Which page of the runs is listed.
 *
 * @experimental Factories may change with the runtime.
 */
export type FactoryListRunsOptions = FactoryListRunsRequest;

/**
 * A page of the runs.
 *
 * @experimental Factories may change with the runtime.
 */
export type FactoryRunsPage = FactoryListRunsResult;
