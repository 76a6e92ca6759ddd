/**
 * For extensions of the GitHub Copilot CLI: programs in `.github/extensions/NAME/extension.mjs` that
 * the CLI starts, and that join its session.
 *
 * @module @stubwright/copilot/extension
 */
export type {
  CanvasHostContext,
  CanvasJsonSchema,
  FactoryAgentSummary,
  FactoryPhaseObservation,
  FactoryPhaseStatus,
  FactoryProgressLine,
  FactoryProgressPage,
  FactoryRunDetail,
  FactoryRunResult,
  FactoryRunStatus,
  FactoryRunSummary,
  JsonValue,
} from "@stubwright/copilot-protocol";
export {
  Canvas,
  type CanvasAction,
  type CanvasDeclaration,
  type CanvasOptions,
  createCanvas,
} from "./canvas/canvas.js";
export { CanvasError } from "./canvas/canvas-error.js";
export type { ExtensionInfo } from "./established/extension-names.js";
export { defineFactory } from "./extension/define-factory.js";
export type {
  FactoryAgentOptions,
  FactoryContext,
  FactoryDefinition,
  FactoryPipelineStage,
  FactoryStepOptions,
} from "./extension/factory-context.js";
export { type JoinSessionConfig, joinSession } from "./extension/join-session.js";
export type { FactoryHandle } from "./factories/handle.js";
export type { FactoryJsonSchema, FactoryLimits, FactoryMeta } from "./factories/meta.js";
export { FactoryResumeError, type FactoryResumeErrorCode } from "./factories/resume-error.js";
export type {
  FactoryLimitOverrides,
  FactoryListRunsOptions,
  FactoryRunsPage,
  ResumeOptions,
  RunOptions,
} from "./factories/run-options.js";
export { isFactoryRunTerminal } from "./factories/run-status.js";
export type { SessionFactoryApi } from "./factories/session-factory.js";
