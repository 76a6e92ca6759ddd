import type { ContextTier, JsonValue } from "@stubwright/copilot-protocol";
import type { FactoryOutcome } from "../factories/handle.js";
import type { FactoryJsonSchema, FactoryMeta } from "../factories/meta.js";
import type { CopilotSession } from "../session/session.js";

/**
 * How an agent of a factory works.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryAgentOptions {
  /** Its name, for people. Calls that differ in nothing are one agent, so give each its own. */
  label?: string;
  /** The shape of its answer, which is JSON then. */
  schema?: FactoryJsonSchema;
  /** Its model. */
  model?: string;
  /** How much it thinks. */
  reasoningEffort?: string;
  /** How long its context may be. */
  contextTier?: ContextTier;
  /** The custom agent that it is. */
  agent?: string;
}

/**
 * How a step is done.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryStepOptions {
  /** Whether it is not recorded, and done in each attempt. */
  volatile?: boolean;
}

/**
 * One stage of a pipeline: gets what the stage before gave, the item, and its index.
 *
 * @experimental Factories may change with the runtime.
 */
export type FactoryPipelineStage<TInput = unknown, TResult = unknown> = (
  previous: TInput,
  item: unknown,
  index: number,
) => Promise<TResult> | TResult;

/**
 * What the body of a factory works with. Its functions can be taken out of it.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryContext<TArgs extends JsonValue = JsonValue> {
  /** The id of the run; the same in each attempt. */
  readonly runId: string;
  /**
   * Lets an agent do something. Its answer is a text, or what the `schema` says; null when it fails.
   * The runtime records it: an agent with the same prompt and options does not work again.
   */
  agent(prompt: string, options?: FactoryAgentOptions): Promise<unknown>;
  /**
   * Does something once: the result is recorded under its key, and that is what later attempts get,
   * whatever the function does by then. It may be done twice when the process ends in between.
   */
  step(
    key: string,
    producer: () => Promise<JsonValue> | JsonValue,
    options?: FactoryStepOptions,
  ): Promise<JsonValue>;
  /**
   * Pauses the run, once for each key: the attempt ends here, and one that resumes it goes on.
   * Needs a runtime from 1.0.85 on.
   */
  pause(key: string): Promise<void>;
  /**
   * Runs functions at the same time and waits for all; at most 4,096. One that throws gives null. An
   * abort and an error of the runtime (`RpcError`) reject instead: they are about the whole run.
   */
  parallel<TResult>(
    thunks: Array<() => Promise<TResult> | TResult>,
  ): Promise<Array<TResult | null>>;
  /**
   * Takes each item through all stages, at most 4,096; none waits for another. An item whose stage
   * throws gives null, with the same exceptions.
   */
  pipeline(items: unknown[], ...stages: FactoryPipelineStage[]): Promise<unknown[]>;
  /** Begins a phase of the run. */
  phase(title: string): void;
  /** Writes a line into the progress of the run. */
  log(message: string): void;
  /** Always rejects: a factory runs no other. */
  factory(name: string, args?: JsonValue): Promise<FactoryOutcome>;
  /** What it was run with; `{}` if with nothing. */
  args: TArgs;
  /** The session that `joinSession` gave. It starts, resumes and pauses no run here. */
  session: CopilotSession;
  /** Aborted when the run is cancelled or paused, reaches a limit, or the session is over. */
  signal: AbortSignal;
}

/**
 * A factory: what it is, and what it does.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryDefinition<
  TArgs extends JsonValue = JsonValue,
  TResult extends FactoryOutcome = FactoryOutcome,
> {
  /** What the runtime is told of it. */
  meta: FactoryMeta;
  /** Does the work; the result has to be a value that JSON can say. */
  run(context: FactoryContext<TArgs>): Promise<TResult>;
}
