import type {
  FactoryGetRunProgressRequest,
  FactoryProgressPage,
  FactoryRunDetail,
  FactoryRunResult,
  FactoryRunSummary,
  JsonValue,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { FactoryHandle, FactoryOutcome } from "./handle.js";
import { refuseNesting } from "./nesting.js";
import { FactoryResumeError } from "./resume-error.js";
import type {
  FactoryListRunsOptions,
  FactoryRunsPage,
  ResumeOptions,
  RunOptions,
} from "./run-options.js";
import { isFactoryRunTerminal } from "./run-status.js";
import { waitForRun } from "./wait-for-run.js";

/**
 * The factories of a session, and their runs: `session.factory`. Where the runtime has none, such as
 * for an account without AI credits, calls reject with its error (-32601).
 *
 * @experimental Factories may change with the runtime.
 */
export interface SessionFactoryApi {
  /**
   * Runs a factory and waits for the end of the attempt, in whichever way it ends: look at `status`.
   *
   * @param factory - Its name, or its handle.
   * @throws `ResponseError` when no run was begun, such as for a name that is unknown.
   */
  run(name: string, options?: RunOptions): Promise<FactoryRunResult>;
  run<TArgs extends JsonValue>(
    factory: FactoryHandle<TArgs, FactoryOutcome>,
    options?: RunOptions<TArgs>,
  ): Promise<FactoryRunResult>;
  /**
   * Runs a factory again under the id of a run that has not completed, with its arguments. Steps
   * that it recorded are not done again.
   *
   * @throws {@link FactoryResumeError} when it cannot be resumed.
   */
  resume(runId: string, options?: ResumeOptions): Promise<FactoryRunResult>;
  /** Reads what is recorded of a run. */
  getRun(runId: string): Promise<FactoryRunResult>;
  /**
   * Waits for the end of the attempt that is under way.
   *
   * @param options - The signal ends the wait, not the run.
   */
  waitForRun(runId: string, options?: { signal?: AbortSignal }): Promise<FactoryRunResult>;
  /** Lists the newest runs of the session. */
  listRuns(): Promise<FactoryRunSummary[]>;
  /** Lists a page of the runs of the session. */
  listRuns(options: FactoryListRunsOptions): Promise<FactoryRunsPage>;
  /** Reads the phases of a run, its agents, and its latest progress. */
  getRunDetail(runId: string): Promise<FactoryRunDetail>;
  /** Reads a page of a run's progress. */
  getRunProgress(
    runId: string,
    options?: Omit<FactoryGetRunProgressRequest, "runId">,
  ): Promise<FactoryProgressPage>;
  /** Pauses a run. Runtimes before 1.0.85 cannot. */
  pause(runId: string): Promise<FactoryRunResult>;
  /** Ends a run. */
  cancel(runId: string): Promise<FactoryRunResult>;
}

/** What the calls about factories are made with. */
export interface FactoryApiHost {
  /** Makes a call of the session. */
  call<R>(send: (rpc: SessionRpc) => Promise<R>): Promise<R>;
  /** Adds a listener for changes of runs; the result removes it. */
  onUpdated(listener: (runId: string) => void): () => void;
  /** Aborted when the session is over. */
  closed(): AbortSignal;
}

/** Makes the calls about the factories of a session. */
export function createFactoryApi(host: FactoryApiHost): SessionFactoryApi {
  const { call } = host;
  const getRun = (runId: string) => call((rpc) => rpc.factory.getRun({ runId }));
  const wait = (runId: string, signal?: AbortSignal) =>
    waitForRun({
      read: () => getRun(runId),
      onUpdated: (listener) =>
        host.onUpdated((updated) => {
          if (updated === runId) listener();
        }),
      signals: signal ? [host.closed(), signal] : [host.closed()],
    });
  const settled = (run: FactoryRunResult) =>
    isFactoryRunTerminal(run.status) ? run : wait(run.runId);
  const resume = async (runId: string, options: ResumeOptions = {}) => {
    refuseNesting("resume");
    try {
      const { run } = await call((rpc) => rpc.factory.resume({ ...options, runId }));
      return settled(run);
    } catch (error) {
      throw FactoryResumeError.from(error);
    }
  };
  return {
    run: async (factory: string | FactoryHandle, options: RunOptions = {}) => {
      refuseNesting("run");
      const { args = {}, resumeFromRunId, ...rest } = options;
      if (resumeFromRunId !== undefined) return resume(resumeFromRunId, rest);
      const name = typeof factory === "string" ? factory : factory.meta.name;
      return settled(await call((rpc) => rpc.factory.run({ name, args, options: rest })));
    },
    resume,
    getRun,
    waitForRun: (runId, { signal } = {}) => wait(runId, signal),
    listRuns: (async (options?: FactoryListRunsOptions) => {
      const page = await call((rpc) => rpc.factory.listRuns(options ?? {}));
      return options === undefined ? page.runs : page;
    }) as SessionFactoryApi["listRuns"],
    getRunDetail: (runId) => call((rpc) => rpc.factory.getRunDetail({ runId })),
    getRunProgress: (runId, options) =>
      call((rpc) => rpc.factory.getRunProgress({ ...options, runId })),
    pause: async (runId) => {
      refuseNesting("pause");
      return call((rpc) => rpc.factory.pause({ runId }));
    },
    cancel: (runId) => call((rpc) => rpc.factory.cancel({ runId })),
  };
}
