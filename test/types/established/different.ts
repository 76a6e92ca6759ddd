const CLASS = "a class is what it is made by: neither package's calls take the other's objects";
const ENV = "variables may be undefined here, as those of process.env are";
const NEWER = "the list of events is newer";
const WIDER_TOOL = "parameters may be any Standard Schema, and the list of tools may be readonly";
const RESULT = "resultType may be left out: it is `success`";
const FACTORY = "its functions are given a session, which is a class";

/** Where the types of both packages do not fit, and why that stays. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  "ChildProcessRuntimeConnection: ours is theirs": ENV,
  "CopilotClient: ours is theirs": CLASS,
  "CopilotClient: theirs is ours": CLASS,
  "CopilotClientOptions: ours is theirs": ENV,
  "CopilotClientOptions: theirs is ours": `requestHandler: ${CLASS}`,
  "CopilotRequestHandler: ours is theirs": CLASS,
  "CopilotRequestHandler: theirs is ours": CLASS,
  "CopilotSession: ours is theirs": CLASS,
  "CopilotSession: theirs is ours": CLASS,
  "CopilotWebSocketForwarder: ours is theirs": CLASS,
  "CopilotWebSocketForwarder: theirs is ours": CLASS,
  "CopilotWebSocketHandler: ours is theirs": CLASS,
  "CopilotWebSocketHandler: theirs is ours": CLASS,
  "ElicitationCompletedContent: theirs is ours": "a member that is there has a value",
  "FactoryContext: ours is theirs": FACTORY,
  "FactoryContext: theirs is ours": FACTORY,
  "FactoryDefinition: ours is theirs": FACTORY,
  "FactoryDefinition: theirs is ours": FACTORY,
  "FactoryHandle: ours is theirs": FACTORY,
  "FactoryHandle: theirs is ours": FACTORY,
  "MessageOptions: ours is theirs": "messages may have more kinds of attachments",
  "ResumeSessionConfig: ours is theirs": WIDER_TOOL,
  "RuntimeConnection: ours is theirs": ENV,
  "SessionConfig: ours is theirs": WIDER_TOOL,
  "SessionConfigBase: ours is theirs": WIDER_TOOL,
  "SessionEvent: ours is theirs": NEWER,
  "SessionEventType: ours is theirs": NEWER,
  "SessionFactoryApi: ours is theirs": FACTORY,
  "SessionFactoryApi: theirs is ours": FACTORY,
  "SessionFsSqliteTransactionFailure: theirs is ours": CLASS,
  "SessionHooks: ours is theirs": RESULT,
  "StdioRuntimeConnection: ours is theirs": ENV,
  "TcpRuntimeConnection: ours is theirs": ENV,
  "Tool: ours is theirs": WIDER_TOOL,
  "ToolResultObject: ours is theirs": RESULT,
  "ToolSet: ours is theirs": CLASS,
  "ToolSet: theirs is ours": CLASS,
};
