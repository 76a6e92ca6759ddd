export type { ModelFetch } from "./api.js";
export type { ChatMessage, ChatTool, ModelRequest, RequestOutcome, WireApi } from "./request.js";
export type {
  AnswerTurn,
  ErrorTurn,
  ModelScript,
  ScriptedToolCall,
  ScriptedTurn,
  ScriptedUsage,
  TextTurn,
  ToolCallsTurn,
} from "./script.js";
export type { ModelProvider, ScriptedModel, ScriptedModelOptions } from "./scripted-model.js";
export { startScriptedModel } from "./scripted-model.js";
export type { UnexpectedRequest } from "./unexpected.js";
