import {
  approveAll,
  type ClientDiagnostic,
  CopilotClient,
  defineTool,
  type ProtocolMismatch,
  type SessionEvent,
  type ValidationStats,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type ModelRequest,
  startScriptedModel,
} from "@stubwright/testkit";

/** What the scenario tells while it runs. */
export interface ScenarioObserver {
  onEvent(event: SessionEvent): void;
  onDiagnostic(diagnostic: ClientDiagnostic | ProtocolMismatch): void;
}

/** What came of it. */
export interface ScenarioResult {
  /** The assistant's last message. */
  readonly answer: string | undefined;
  /** Arguments of each call that the tool answered. */
  readonly toolCalls: readonly { readonly city: string }[];
  readonly validation: ValidationStats;
  /** Errors met while stopping. */
  readonly stopErrors: readonly Error[];
}

/**
 * One turn of the agent on the real runtime: the scripted model asks for the app's tool, gets its
 * result, and streams an answer that contains it.
 */
export async function runScenario(observer: ScenarioObserver): Promise<ScenarioResult> {
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel(answerRequest);
  const client = new CopilotClient({ env: environment.env, cwd: environment.folder });
  client.onDiagnostic((diagnostic) => observer.onDiagnostic(diagnostic));
  client.on("protocolMismatch", (mismatch) => observer.onDiagnostic(mismatch));
  const toolCalls: { city: string }[] = [];
  const getWeather = defineTool<{ city: string }>("get_weather", {
    description: "Tells today's weather in a city.",
    parameters: {
      type: "object",
      properties: { city: { type: "string", description: "Name of the city" } },
      required: ["city"],
    },
    handler: (args) => {
      toolCalls.push(args);
      return `18 degrees and sunny in ${args.city}`;
    },
  });
  try {
    const session = await client.createSession({
      model: model.model,
      provider: model.provider,
      streaming: true,
      tools: [getWeather],
      onPermissionRequest: approveAll,
      onEvent: (event) => observer.onEvent(event),
    });
    const answer = await session.sendAndWait("What is the weather in Lisbon?", 30_000);
    await session.destroy();
    const validation = { ...client.validation };
    return { answer: answer?.data.content, toolCalls, validation, stopErrors: await client.stop() };
  } finally {
    await client.stop();
  }
}

/** The scripted model: first it asks for the tool, then it tells what the tool said. */
function answerRequest(request: ModelRequest) {
  const toolResult = request.messages.findLast((message) => message.role === "tool")?.content;
  if (toolResult === undefined) {
    return {
      text: "I will look that up.",
      toolCalls: [{ name: "get_weather", arguments: { city: "Lisbon" } }],
    };
  }
  return { text: `It is ${String(toolResult)}. A fine day for a walk.`, chunkDelayMs: 20 };
}
